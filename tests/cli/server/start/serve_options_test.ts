import { assertEquals, assertThrows } from "@std/assert";
import { FtError } from "../../../../lib/base/errors.ts";
import type { Source } from "../../../../lib/cli/program/program_table.ts";
import {
  anonymousAccess,
  isWildcard,
  listenUrls,
  logLevel,
  tlsFiles,
} from "../../../../lib/cli/server/start/serve_options.ts";
import { isLoopback } from "../../../../lib/server/default_access.ts";

const permissions = "none";

Deno.test({
  name: "listenUrls uses the bound address, in brackets for IPv6, unless URLs are given",
  permissions,
  fn() {
    const urls = (bind: string, ...listen: string[]) =>
      listenUrls({ values: { bind, listen, port: 9998 }, sources: { port: "default" } });
    assertEquals(urls("127.0.0.1"), ["fts://127.0.0.1:9998", "ft://127.0.0.1:9999"]);
    assertEquals(urls("::1"), ["fts://[::1]:9998", "ft://[::1]:9999"]);
    assertEquals(urls("[::]"), ["fts://[::]:9998", "ft://[::]:9999"]);
    assertEquals(urls("0.0.0.0", "ft://[::1]:0", "ft+line://h:1"), [
      "ft://[::1]:0",
      "ft+line://h:1",
    ]);
  },
});

Deno.test({
  name: "listenUrls takes one port for fts:// and the next for ft://, and 0 for two free ones",
  permissions,
  fn() {
    const urls = (port: number) =>
      listenUrls({ values: { bind: "h", listen: [], port }, sources: { port: "flag" } });
    assertEquals(urls(7000), ["fts://h:7000", "ft://h:7001"]);
    assertEquals(urls(65534), ["fts://h:65534", "ft://h:65535"]);
    assertEquals(urls(0), ["fts://h:0", "ft://h:0"]);
    for (const port of [65535, 70_000]) assertThrows(() => urls(port), FtError, "at most 65534");
  },
});

Deno.test({
  name: "a port beside --listen is refused, unless the URLs come from a stronger source",
  permissions,
  fn() {
    const values = { bind: "h", listen: ["ft://a:1"], port: 7000 };
    const urls = (port: Source, listen: Source) =>
      listenUrls({ values, sources: { port, listen } });
    const sources = ["flag", "environment", "config"] as const;
    for (const [i, port] of sources.entries()) {
      assertEquals(urls("default", port), values.listen);
      for (const [j, listen] of sources.entries()) {
        if (i > j) assertEquals(urls(port, listen), values.listen);
        else assertThrows(() => urls(port, listen), FtError, "exclude each other");
      }
    }
  },
});

Deno.test({
  name: "anonymousAccess is write only if no other machine can connect",
  permissions,
  fn() {
    const closed = ["ft://127.0.0.1:1", "fts://localhost", "ft+json://[::1]:0", "ft://127.9.9.9"];
    for (const url of closed) assertEquals(isLoopback(url), true, url);
    const open = [
      "ft://0.0.0.0:1",
      "ft://[::]:0",
      "ft://10.0.0.1",
      "ft://127.0.0.1.example.org",
      "ft://localhost.example.org",
      "ft://[fe80::1]:1",
      "127.0.0.1",
      "",
    ];
    for (const url of open) {
      assertEquals(isLoopback(url), false, url);
      assertEquals(anonymousAccess(undefined, [closed[0]!, url]), "read");
    }
    assertEquals(anonymousAccess(undefined, closed), "write");
    assertEquals(anonymousAccess("none", closed), "none");
    assertEquals(anonymousAccess("write", open), "write");
  },
});

Deno.test({
  name: "isWildcard is true only for addresses that stand for all others",
  permissions,
  fn() {
    const hosts = ["0.0.0.0", "::", "127.0.0.1", "::1", ""];
    assertEquals(hosts.map(isWildcard), [true, true, false, false, false]);
  },
});

Deno.test({
  name: "tlsFiles takes certificate and key together, or neither",
  permissions,
  fn() {
    const files = (cert?: string, key?: string) => tlsFiles({ "tls-cert": cert, "tls-key": key });
    assertEquals(files("c", "k"), { cert: "c", key: "k" });
    assertEquals(files(), undefined);
    for (const [cert, key] of [["c"], [undefined, "k"]]) {
      const error = assertThrows(() => files(cert, key), FtError, "need each other");
      assertEquals(error.exitCode, 2);
    }
  },
});

Deno.test({
  name: "logLevel is as set, else lower with -v and higher with -q",
  permissions,
  fn() {
    const level = (quiet: boolean, verbose: boolean, asked = false) =>
      logLevel({ "log-level": "info", quiet, verbose }, {
        "log-level": asked ? "flag" : "default",
      });
    assertEquals([
      level(false, false),
      level(true, false),
      level(false, true),
      level(true, true, true),
    ], [
      "info",
      "warning",
      "debug",
      "info",
    ]);
  },
});
