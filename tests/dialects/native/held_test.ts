/**
 * How much memory one connection can make a server use, over pipes with small buffers.
 */

import { assert, assertEquals } from "@std/assert";
import {
  BLOCK_BYTES,
  MAX_BLOCKS_SENDING,
  MAX_BUFFERED_BYTES,
  MAX_DATA_BYTES,
  MAX_UPLOADS_AT_ONCE,
  STREAM_WINDOW_BYTES,
} from "../../../lib/base/limits.ts";
import { native } from "../../../lib/dialects/native/native.ts";
import { encodeBlockHeader, exchangeId } from "../../../lib/native/messages.ts";
import type { Block, Files } from "../../../lib/service/files.ts";
import { serveDialect } from "../../../testing/dialect_session.ts";
import { NativePeer } from "../../../testing/network/native_peer.ts";

const DIGEST = new Uint8Array(32);
const INFO = {
  ...{ path: "f", type: "file", bytes: 20 * BLOCK_BYTES, mtimeMs: 0 },
  ...{ executable: false, revision: "1" },
} as const;

/** Serves files over pipes with small buffers to a client that has exchanged hellos. */
async function served(files: Partial<Files>) {
  const session = serveDialect(native, {
    ...{ capacity: 64 * 1024, login: { user: "ana", files: files as Files } },
  });
  const peer = new NativePeer(session.client);
  await peer.hello();
  assertEquals((await peer.read())?.type, "HELO");
  return { peer, [Symbol.asyncDispose]: () => session[Symbol.asyncDispose]() };
}

/** Waits until a count has not changed for 200 turns of the event loop. */
async function still(count: () => number): Promise<number> {
  for (let same = 0, last = -1; same < 200; same++) {
    if (count() !== last) [same, last] = [0, count()];
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  return count();
}

/** A disk on which no write completes before it is opened. */
function stuckDisk() {
  const gate = Promise.withResolvers<void>();
  let written = 0;
  const upload = {
    token: "12345678",
    async *have() {},
    async write() {
      await gate.promise;
      written++;
    },
    abandon: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  const files = { stage: () => Promise.resolve(upload) } as unknown as Partial<Files>;
  return { files, open: () => gate.resolve(), written: () => written };
}

const stage = (path: string) => ({
  ...{ op: "stage", path, precondition: { kind: "any" }, executable: false },
});

/** Begins an upload and waits until the server expects blocks. */
async function begun(peer: NativePeer, id: number): Promise<void> {
  await peer.request(id, stage(`f${id}`));
  await peer.next(id, "ITEM");
  await peer.next(id, "ITEM");
}

Deno.test("native stops reading when its memory is used up, and later receives everything (slow disk)", async () => {
  const disk = stuckDisk();
  await using at = await served(disk.files);
  const { peer } = at;
  for (let id = 1; id <= MAX_UPLOADS_AT_ONCE; id++) {
    await begun(peer, id);
  }
  const blocks = STREAM_WINDOW_BYTES / BLOCK_BYTES - 1;
  const total = MAX_UPLOADS_AT_ONCE * blocks;
  const data = new Uint8Array(MAX_DATA_BYTES);
  let sentBytes = 0;
  const sending = (async () => {
    for (let n = 0; n < total; n++) {
      const id = n % MAX_UPLOADS_AT_ONCE + 1;
      const index = Math.floor(n / MAX_UPLOADS_AT_ONCE);
      await peer.sendOn(
        id,
        "BLCK",
        encodeBlockHeader({ index, length: BLOCK_BYTES, digest: DIGEST }),
      );
      for (let at = 0; at < BLOCK_BYTES; at += data.length) {
        await peer.sendOn(id, "DATA", data);
        sentBytes += data.length;
      }
    }
  })();
  const held = await still(() => sentBytes);
  assert(held > MAX_BUFFERED_BYTES / 2 && held <= MAX_BUFFERED_BYTES + BLOCK_BYTES, `${held}`);
  disk.open();
  for (let n = 0; n < total; n++) assertEquals((await peer.read())?.type.length, 4);
  await sending;
  await still(disk.written);
  assertEquals(disk.written(), total);
});

Deno.test("native lets uploads above their limit wait", async () => {
  const disk = stuckDisk();
  await using at = await served(disk.files);
  const { peer } = at;
  const last = MAX_UPLOADS_AT_ONCE + 1;
  for (let id = 1; id < last; id++) await begun(peer, id);
  await peer.request(last, stage("waits"));
  await peer.request(99, { op: "login", user: "ana" });
  assertEquals(exchangeId((await peer.read())!.payload), 99);
  await peer.sendOn(1, "STOP");
  await peer.next(last, "ITEM");
});

Deno.test("native buffers few blocks for a client that requests many and does not read", async () => {
  let live = 0;
  let most = 0;
  async function* blocks(): AsyncGenerator<Block> {
    for (let index = 0; index < 3; index++) {
      most = Math.max(most, ++live);
      await Promise.resolve();
      const bytes = new Uint8Array(BLOCK_BYTES);
      yield { index, bytes, digest: DIGEST, [Symbol.dispose]: () => void live-- };
    }
  }
  const files = {
    read: () =>
      Promise.resolve({
        ...{ info: INFO, blocks: blocks(), [Symbol.asyncDispose]: () => Promise.resolve() },
      }),
  } as unknown as Partial<Files>;
  await using at = await served(files);
  const { peer } = at;
  const readings = 100;
  for (let id = 1; id <= readings; id++) await peer.request(id, { op: "read", path: "f" });
  await still(() => live);
  assert(live > 0 && live <= MAX_BLOCKS_SENDING, `${live}`);
  let replies = 0;
  while (replies < readings) if ((await peer.read())?.type === "RPLY") replies++;
  assertEquals([live, most <= MAX_BLOCKS_SENDING], [0, true]);
});

Deno.test("native does not collect answers or stopped requests for a client that does not read", async () => {
  let open = 0;
  const files = {
    read() {
      open++;
      return Promise.resolve({
        info: INFO,
        async *blocks() {},
        [Symbol.asyncDispose]: () => Promise.resolve(void open--),
      });
    },
  } as unknown as Partial<Files>;
  await using at = await served(files);
  const { peer } = at;
  let sent = 0;
  const flood = (async () => {
    for (let id = 1;; id++) {
      await peer.request(id, { op: "read", path: "f" });
      await peer.sendOn(id, "STOP");
      sent++;
    }
  })().catch(() => {});
  await still(() => sent);
  assert(sent < MAX_BUFFERED_BYTES / 1024 + 10_000, `${sent}`);
  assert(open < 300, `${open}`);
  await peer[Symbol.asyncDispose]();
  await flood;
});
