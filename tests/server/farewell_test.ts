/**
 * A server that stops keeps its connections until the clients have read everything.
 */

import { assertEquals, assertRejects } from "@std/assert";
import { FtError } from "../../lib/base/errors.ts";
import { FAREWELL_TIMEOUT_MS } from "../../lib/base/limits.ts";
import { within } from "../../lib/base/signals.ts";
import { openRemote } from "../../lib/client/open_remote.ts";
import { parseEndpoint } from "../../lib/client/remote/endpoint.ts";
import { getFiles } from "../../lib/client/transfer/get/get_files.ts";
import { openIdentity } from "../../lib/net/tls_identity.ts";
import { Farewell } from "../../lib/server/farewell.ts";
import { sampleBytes } from "../../testing/content.ts";
import { FakeTime } from "../../testing/fake_time.ts";
import { FaultProxy } from "../../testing/network/fault_proxy.ts";
import { rawPeer } from "../../testing/network/raw_peer.ts";
import { System } from "../../testing/programs/system.ts";
import { pure } from "../../testing/pure.ts";
import { testServer } from "../../testing/test_server.ts";

/** Fits into the buffers of the sockets, so that the server has sent all of it at once. */
const BYTES = 600_000;
const PLAN = {
  ...{ names: ["a.bin"], recursive: false, existing: "refuse", times: true, resume: true } as const,
  ...{ transfers: 1, retries: 0 },
};

for (const scheme of ["ft", "fts", "ft+line", "ft+framed", "ft+oneshot", "ft+updown", "ft+json"]) {
  Deno.test(`drain waits until a client of ${scheme}:// has read all that was sent`, async () => {
    await using live = await testServer({ listen: [`${scheme}://127.0.0.1:0`] });
    const content = scheme === "ft+json" ? new Uint8Array(BYTES).fill(65) : sampleBytes(BYTES);
    await Deno.writeFile(`${live.root}/a.bin`, content);
    const frozen = { freezeAt: 100_000, oneWay: true } as const;
    await using proxy = await FaultProxy.start(
      live.url.replace(/^[^:]+/, "ft"),
      () => ({ down: frozen }),
    );
    const trust = scheme === "fts" ? { pin: (await openIdentity(live.state)).pin } : undefined;
    const endpoint = parseEndpoint(proxy.url.replace(/^ft/, scheme));
    const connect = () => openRemote(endpoint, { timeoutMs: 10_000, trust });
    const get = getFiles(connect, { ...PLAN, dir: live.dir.path }, () => {});
    await Promise.all([proxy.happened, live.event("transfer.end")]);
    const drained = live.server.drain();
    assertEquals(await within(drained, FAREWELL_TIMEOUT_MS + 200), "timeout");
    proxy.thaw();
    const { done, failed } = await get;
    assertEquals([done.length, failed], [1, []]);
    await drained;
    assertEquals(await Deno.readFile(live.dir.join("a.bin")), content);
  });
}

Deno.test("drain does not wait for clients that are only connected", async () => {
  await using live = await testServer();
  using silent = await rawPeer(live.url);
  await using remote = await live.connect();
  await remote.ping();
  assertEquals(await within(live.server.drain(), 5 * FAREWELL_TIMEOUT_MS), undefined);
  assertEquals(await silent.rest(), new Uint8Array());
  assertEquals((await assertRejects(() => remote.ping(), FtError)).code, "network");
});

pure("Farewell waits for recent readers until the deadline, and for others a moment", async () => {
  using time = new FakeTime();
  await time.advance(60_000);
  const controller = new AbortController();
  const parting = (lastWriteMs: number, signal = new AbortController().signal) => ({
    ...{ lastWriteMs, signal, closeWrite: () => Promise.resolve() },
  });
  const waits = async (...connections: ReturnType<typeof parting>[]) => {
    const sinceMs = performance.now();
    let ended = NaN;
    const waiting = new Farewell(connections).wait(8000).then(() => {
      ended = performance.now() - sinceMs;
    });
    await time.advance(10_000);
    await waiting;
    return ended;
  };
  const now = () => performance.now();
  assertEquals(await waits(), 0);
  assertEquals(await waits(parting(now() - 20_000)), FAREWELL_TIMEOUT_MS);
  assertEquals(await waits(parting(now())), 8000);
  assertEquals(await waits(parting(now() - 20_000), parting(now() - 9000)), 8000);
  setTimeout(() => controller.abort(), 3000);
  assertEquals(await waits(parting(now(), controller.signal)), 3000);
  assertEquals(await waits(parting(now(), controller.signal)), 0);
});

for (const scheme of ["ft", "fts"]) {
  Deno.test(`SIGTERM during a download on a slow line over ${scheme}:// loses nothing`, async () => {
    await using system = await System.start({ listen: `${scheme}://127.0.0.1:0` });
    await Deno.writeFile(system.served("a.bin"), sampleBytes(20 << 20));
    const begun = Promise.withResolvers<void>();
    const look = (_piece: Uint8Array, at: number) => {
      if (at > 1 << 20) begun.resolve();
    };
    const slow = { dribbleBytes: 1 << 16, delayMs: 6, look };
    await using proxy = await FaultProxy.start(system.url.replace(/^fts/, "ft"), () => ({
      down: slow,
    }));
    const host = proxy.url.replace(/^ft/, scheme);
    const client = system.spawn(["-q", "get", "a.bin", "--host", host]);
    await Promise.race([begun.promise, client.finished]);
    system.signal("SIGTERM");
    const { code, stderr } = await client.finished;
    assertEquals(code, 0, stderr);
    await system.ended;
    assertEquals(await Deno.readFile(system.at("a.bin")), sampleBytes(20 << 20));
  });
}
