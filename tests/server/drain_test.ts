import { assert, assertEquals, assertRejects } from "@std/assert";
import { FtError } from "../../lib/base/errors.ts";
import { SILENT } from "../../lib/base/log.ts";
import { blockDigest, rootOf } from "../../lib/blocks/manifest.ts";
import type { TransferEvent } from "../../lib/client/remote/transfer_events.ts";
import { parseEndpoint } from "../../lib/client/remote/endpoint.ts";
import { getFiles } from "../../lib/client/transfer/get/get_files.ts";
import { putFiles } from "../../lib/client/transfer/put/put_files.ts";
import { openRemote } from "../../lib/client/open_remote.ts";
import { startServer } from "../../lib/server/server.ts";
import { compareFiles } from "../../testing/files/same_files.ts";
import { testServer } from "../../testing/test_server.ts";

const BLOCK = 1 << 20;

/** A file of two blocks, as an upload sends it. */
function twoBlocks() {
  const blocks = [1, 2].map((fill, index) => {
    const bytes = new Uint8Array(BLOCK).fill(fill);
    return { index, bytes, digest: blockDigest(bytes), [Symbol.dispose]: () => {} };
  });
  const digests = new Uint8Array(64);
  blocks.forEach(({ digest }, index) => digests.set(digest, index * 32));
  const total = { bytes: 2 * BLOCK, root: rootOf(digests, 2 * BLOCK) };
  return { blocks, total };
}

Deno.test("drain lets a running upload finish, and accepts no new request", async () => {
  await using live = await testServer();
  await using remote = await live.connect();
  const { blocks, total } = twoBlocks();
  await using upload = await remote.files.stage("a.bin", { bytes: total.bytes });
  await Array.fromAsync(upload.have());
  await upload.write(blocks[0]!);
  const drained = live.server.drain();
  assertEquals(live.server.status().draining, true);
  const refused = await assertRejects(() => remote.files.mkdir("late"), FtError);
  assertEquals([refused.code, refused.retryable], ["network", true]);
  await assertRejects(live.connect, FtError);
  await upload.write(blocks[1]!);
  assertEquals((await upload.commit(total)).bytes, total.bytes);
  await drained;
  assertEquals((await Deno.stat(`${live.root}/a.bin`)).size, total.bytes);
  const gone = new Promise((resolve) => remote.signal.addEventListener("abort", resolve));
  if (!remote.signal.aborted) await gone;
});

Deno.test("server-stops-mid-transfer: an upload cut by the drain timeout resumes on the next server", async () => {
  await using live = await testServer({ drainTimeoutMs: 1 });
  const { blocks, total } = twoBlocks();
  const options = { bytes: total.bytes, token: "the_same_upload" };
  {
    await using remote = await live.connect();
    const upload = await remote.files.stage("a.bin", options);
    await Array.fromAsync(upload.have());
    await upload.write(blocks[0]!);
    await live.server.drain();
    const cut = await assertRejects(() => upload.commit(total), FtError);
    assertEquals(cut.code, "network");
  }
  await using next = await startServer({
    ...{ root: live.root, state: live.state, anonymous: "write", log: SILENT },
    listen: ["ft://127.0.0.1:0"],
  });
  await using remote = await openRemote(parseEndpoint(next.addresses[0]!), { timeoutMs: 5000 });
  await using upload = await remote.files.stage("a.bin", options);
  const held = await Array.fromAsync(upload.have());
  assertEquals(held.map(({ index }) => index), [0]);
  await upload.keep(held[0]!);
  await upload.write(blocks[1]!);
  await upload.commit(total);
});

/** Drains and restarts while clients work. */
const RESTARTS = Deno.env.get("FT_SLOW") === "1" ? 200 : 3;

Deno.test(`${RESTARTS} drains and restarts under load lose and damage no file`, async () => {
  await using live = await testServer();
  const options = {
    ...{ root: live.root, state: live.state, anonymous: "write", log: SILENT } as const,
    ...{ listen: [live.server.addresses[0]!], drainTimeoutMs: 1 },
  };
  let stopped = false;
  // A restart waits for progress of both clients, so that they do not run out of retries.
  let waiting = { clients: new Set<number>(), done: () => {} };
  const plan = {
    ...{ recursive: false, existing: "refuse", times: true, resume: true } as const,
    ...{ transfers: 2, retries: 6 },
  };
  const events = { put: 0, get: 0 };
  async function work(client: number) {
    for (let n = 0; !stopped; n++) {
      const path = live.dir.join(`up_${client}_${n}.bin`);
      const content = new Uint8Array(3 * BLOCK + n);
      for (let at = 0; at < content.length; at += 65536) {
        crypto.getRandomValues(content.subarray(at, at + 65536));
      }
      await Deno.writeFile(path, content);
      const onEvent = (event: TransferEvent) => {
        if (event.kind !== "progress" || event.moved === 0) return;
        if (waiting.clients.delete(client) && waiting.clients.size === 0) waiting.done();
      };
      const put = await putFiles(live.connect, { ...plan, sources: [path], to: "." }, onEvent);
      assertEquals(put.failed, []);
      const name = path.split("/").at(-1)!;
      const dir = live.dir.join(`down_${client}`);
      const get = await getFiles(live.connect, { ...plan, names: [name], dir }, onEvent);
      assertEquals(get.failed, []);
      assertEquals(get.done[0]!.root, put.done[0]!.root);
      await compareFiles(name, path, `${live.root}/${name}`);
      await compareFiles(name, path, `${dir}/${name}`);
      for (const done of [path, `${live.root}/${name}`, `${dir}/${name}`]) await Deno.remove(done);
      events.put++;
      events.get++;
    }
  }
  for (const client of [0, 1]) await Deno.mkdir(live.dir.join(`down_${client}`));
  const clients = Promise.all([work(0), work(1)]);
  let server = live.server;
  for (let n = 0; n < RESTARTS; n++) {
    const both = new Promise<void>((done) => waiting = { clients: new Set([0, 1]), done });
    await Promise.race([both, clients]);
    await server.drain();
    server = await startServer(options);
  }
  stopped = true;
  await clients;
  await server.drain();
  assert(events.put >= 2, "the clients did nothing");
});
