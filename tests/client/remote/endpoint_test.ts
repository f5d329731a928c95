import { assertEquals, assertThrows } from "@std/assert";
import { FtError } from "../../../lib/base/errors.ts";
import { formatEndpoint, parseEndpoint } from "../../../lib/client/remote/endpoint.ts";
import { pure } from "../../../testing/pure.ts";

pure("parseEndpoint reads names, URLs of every scheme and IPv6, with their default ports", () => {
  for (
    const [text, formatted] of [
      ["host", "fts://host:9998"],
      ["host:1", "fts://host:1"],
      ["fts://host", "fts://host:9998"],
      ["ft://host/", "ft://host:9999"],
      ["ft://[::1]", "ft://[::1]:9999"],
      ["[fe80::1%eth0]:65535", "fts://[fe80::1%eth0]:65535"],
      ["ft+line://h", "ft+line://h:8080"],
      ["ft+framed://h", "ft+framed://h:5555"],
      ["ft+oneshot://h", "ft+oneshot://h:9999"],
      ["ft+updown://h", "ft+updown://h:2222"],
      ["ft+json://h", "ft+json://h:9001"],
    ] as const
  ) {
    assertEquals(formatEndpoint(parseEndpoint(text)), formatted);
  }
  assertEquals(parseEndpoint("ft://[::1]").hostname, "::1");
});

pure("parseEndpoint reads the pin of a share link in lower case", () => {
  const pin = "AB".repeat(32);
  assertEquals(parseEndpoint(`fts://host:1/#${pin}`).pin, pin.toLowerCase());
  assertEquals(parseEndpoint("fts://host:1").pin, undefined);
});

pure("parseEndpoint reads the token of a link, and repeats no fragment in an error", () => {
  const { pin, token } = parseEndpoint(`fts://host/#${"ab".repeat(32)}.ft_Secret`);
  assertEquals([pin, token], ["ab".repeat(32), "ft_Secret"]);
  for (const text of ["fts://host#secret", "fts://a b#c.secret", "http://host#.secret"]) {
    const { message } = assertThrows(() => parseEndpoint(text), FtError);
    assertEquals(message.includes("secret"), false, message);
  }
});

pure("parseEndpoint refuses what is not an address", () => {
  for (
    const text of [
      ...["", ":1", "a b", "host:", "host:0", "host:65536", "host:x", "http://host", "ft://"],
      ...["::1", "[::1", "host/path", "user@host", "fts://host#abcd", "\nhost"],
    ]
  ) {
    assertEquals(assertThrows(() => parseEndpoint(text), FtError, undefined, text).code, "usage");
  }
});
