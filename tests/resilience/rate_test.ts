/**
 * `--bwlimit`, measured on the network.
 */

import { assertEquals, assertGreater, assertLessOrEqual } from "@std/assert";
import { FaultProxy } from "../../testing/network/fault_proxy.ts";
import { fileSha256, sampleBytes, sha256 } from "../../testing/content.ts";
import { readIdentity } from "../../lib/net/tls_identity.ts";
import { type TestServer, testServer } from "../../testing/test_server.ts";
import { done, get, put } from "./transfers.ts";

const RATE = 1_500_000;
const BYTES = sampleBytes(2.5 * RATE);

/** Checks the rate in every window of 2 s, and that it is used up. */
function requireSmooth(passed: readonly (readonly [atMs: number, bytes: number])[], name: string) {
  for (const [start] of passed) {
    const within = passed.filter(([at]) => at >= start && at < start + 2000);
    const bytes = within.reduce((sum, [, length]) => sum + length, 0);
    assertLessOrEqual(bytes, 2 * RATE * 1.1, name);
  }
  const seconds = (passed.at(-1)![0] - passed[0]![0]) / 1000;
  assertGreater(seconds, 2.1, name);
  assertLessOrEqual(seconds, 6, name);
}

/** The address of a proxy, for the scheme of the server behind it. */
async function throughProxy({ url }: FaultProxy, server: TestServer): Promise<string> {
  if (server.url.startsWith("ft:")) return url;
  const identity = await readIdentity(server.state);
  return `${url.replace("ft:", "fts:")}#${identity!.pin}`;
}

for (const scheme of ["ft", "fts"] as const) {
  Deno.test(`bwlimit over ${scheme}: at most 10 % too much in any 2 s, both ways, on either side`, async () => {
    const cases = [
      { way: "down", client: RATE, server: 0 },
      { way: "down", client: 0, server: RATE },
      { way: "up", client: RATE, server: 0 },
      { way: "up", client: 0, server: RATE },
    ] as const;
    await Promise.all(cases.map(async ({ way, client, server: maxRate }) => {
      const name = `${way}, client ${client}, server ${maxRate}`;
      await using server = await testServer({ maxRate, listen: [`${scheme}://127.0.0.1:0`] });
      const passed: [number, number][] = [];
      const look = (piece: Uint8Array) => void passed.push([performance.now(), piece.length]);
      await using proxy = await FaultProxy.start(server.url, () => ({ [way]: { look } }));
      const url = await throughProxy(proxy, server);
      const options = client === 0 ? {} : { maxRate: client };
      const [from, to] = [`${server.root}/f`, `${server.dir.path}/f`];
      await Deno.writeFile(way === "down" ? from : to, BYTES);
      if (way === "down") done(await get(url, "f", to, options));
      else done(await put(url, to, "f", options));
      assertEquals(await fileSha256(way === "down" ? to : from), sha256(BYTES), name);
      requireSmooth(passed, name);
    }));
  });
}

Deno.test("bwlimit: a rate far below one block per timeout does not count as a dead connection", async () => {
  await using server = await testServer();
  const bytes = sampleBytes(90_000);
  await Deno.writeFile(`${server.root}/f`, bytes);
  const options = { maxRate: 50_000, timeoutMs: 1300 };
  const [got, sent] = await Promise.all([
    get(server.url, "f", `${server.dir.path}/f`, options),
    Deno.writeFile(`${server.dir.path}/g`, bytes).then(() =>
      put(server.url, `${server.dir.path}/g`, "g", options)
    ),
  ]);
  assertEquals([done(got).moved, done(sent).moved], [bytes.length, bytes.length]);
});

for (const scheme of ["ft+json", "ft+updown"]) {
  Deno.test(`bwlimit over ${scheme}: an upload slower than its timeout is no dead connection`, async () => {
    await using server = await testServer();
    const bytes = new TextEncoder().encode("a line of text\n".repeat(6000));
    await Deno.writeFile(`${server.dir.path}/g.txt`, bytes);
    const options = { maxRate: 50_000, timeoutMs: 1300 };
    const url = server.url.replace("ft", scheme);
    done(await put(url, `${server.dir.path}/g.txt`, "g.txt", options));
    assertEquals(await Deno.readFile(`${server.root}/g.txt`), bytes);
  });
}
