/**
 * `--host A,B,C`: the servers of one cluster.
 */

import { assertEquals } from "@std/assert";
import { MAX_CLUSTER_HOSTS } from "../../../lib/base/limits.ts";
import { formatEndpoint } from "../../../lib/client/remote/endpoint.ts";
import { formatEndpoints, parseEndpoints } from "../../../lib/client/remote/endpoints.ts";
import { codeOf } from "../../../testing/code_of.ts";
import { pure } from "../../../testing/pure.ts";

const PIN = "0123456789abcdef".repeat(4);
const codeOfList = (text: string) => codeOf(Promise.resolve().then(() => parseEndpoints(text)));

pure("a list of hosts names each server, in order", () => {
  for (
    const [text, servers] of [
      ["box", ["fts://box:9998"]],
      ["a,b:5,c", ["fts://a:9998", "fts://b:5", "fts://c:9998"]],
      ["a, b", ["fts://a:9998", "fts://b:9998"]],
      ["ft://a,b:5", ["ft://a:9999", "ft://b:5"]],
      ["ft+line://a,ft+line://b", ["ft+line://a:8080", "ft+line://b:8080"]],
      ["fts://[::1]:5,[::2]/", ["fts://[::1]:5", "fts://[::2]:9998"]],
    ] as const
  ) assertEquals(parseEndpoints(text).map(formatEndpoint), [...servers], text);
});

pure("the fragment of a list holds for all its servers, and its token is never printed", () => {
  const endpoints = parseEndpoints(`a,b:5/#${PIN}.secret,token`);
  assertEquals(
    endpoints.map(({ pin, token }) => [pin, token]),
    Array(2).fill([PIN, "secret,token"]),
  );
  assertEquals(formatEndpoints(endpoints), `fts://a:9998,fts://b:5/#${PIN}`);
  assertEquals(parseEndpoints(formatEndpoints(endpoints)).map(({ pin }) => pin), [PIN, PIN]);
});

pure("a list of hosts is refused when it is not one", async () => {
  const long = Array.from({ length: MAX_CLUSTER_HOSTS + 1 }, (_, i) => `h${i}`).join(",");
  for (const text of ["", ",", "a,", ",a", "a,,b", "fts://a,ft://b", "a,http://b", "a,b:0", long]) {
    assertEquals(await codeOfList(text), "usage", text);
  }
});
