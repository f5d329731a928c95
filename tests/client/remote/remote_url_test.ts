import { assert, assertEquals, assertThrows } from "@std/assert";
import { FtError } from "../../../lib/base/errors.ts";
import { formatEndpoint } from "../../../lib/client/remote/endpoint.ts";
import { isRemoteUrl, parseRemoteUrl } from "../../../lib/client/remote/remote_url.ts";
import { pure } from "../../../testing/pure.ts";

const PIN = "ab".repeat(32);

pure("parseRemoteUrl separates the server and the decoded path of every scheme", () => {
  for (
    const [text, server, path] of [
      ["fts://host/photos/a.jpg", "fts://host:9998", "photos/a.jpg"],
      ["fts://host:1/photos/", "fts://host:1", "photos/"],
      ["ft://[::1]:5/a", "ft://[::1]:5", "a"],
      ["ft+line://host/a", "ft+line://host:8080", "a"],
      ["fts://host", "fts://host:9998", "."],
      ["fts://host/", "fts://host:9998", "."],
      ["fts://host//etc/x", "fts://host:9998", "etc/x"],
      ["fts://host/a%20b%23%25/%C3%A9.txt", "fts://host:9998", "a b#%/é.txt"],
      ["fts://host/a?b*.txt", "fts://host:9998", "a?b*.txt"],
      [`fts://host/a.txt#${PIN}`, "fts://host:9998", "a.txt"],
    ] as const
  ) {
    const url = parseRemoteUrl(text);
    assert(url !== null && isRemoteUrl(text), text);
    assertEquals([formatEndpoint(url.endpoint), url.path], [server, path], text);
  }
});

pure("parseRemoteUrl reads a pin and a token from the fragment", () => {
  const of = (fragment: string) => {
    const { pin, token } = parseRemoteUrl(`fts://host/a#${fragment}`)!.endpoint;
    return [pin, token];
  };
  assertEquals(of(PIN.toUpperCase()), [PIN, undefined]);
  assertEquals(of(`${PIN}.ft_S3-cret_.x`), [PIN, "ft_S3-cret_.x"]);
  assertEquals(of(".ft_secret"), [undefined, "ft_secret"]);
});

pure(
  "parseRemoteUrl leaves names that are no URLs, and refuses invalid ones without secrets",
  () => {
    for (const name of ["a", "/a", "host:1/a", "http://host/a", "x/fts://host/a", "ft:a", ""]) {
      assertEquals([parseRemoteUrl(name), isRemoteUrl(name)], [null, false], name);
    }
    for (
      const url of [
        ...[
          `fts://host/a#${PIN}secret`,
          "fts://host/a#secret",
          `fts://host/a#${PIN}.`,
          "fts://host/#",
        ],
        ...[
          `fts:///a#${PIN}.secret`,
          `fts://u@host/a#${PIN}.secret`,
          `ft+x://host/a#${PIN}.secret`,
        ],
        ...[`fts://host:0/a#${PIN}.secret`, `fts://host/%zz#${PIN}.secret`, "fts://host/%ff"],
      ]
    ) {
      const { code, message } = assertThrows(() => parseRemoteUrl(url), FtError, undefined, url);
      assertEquals([code, message.includes("secret")], ["usage", false], message);
    }
  },
);
