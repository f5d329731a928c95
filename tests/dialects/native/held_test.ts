/**
 * How much memory one connection can make a server use, over pipes with small buffers.
 */

import { assert, assertEquals } from "@std/assert";
import {
  BLOCK_BYTES,
  MAX_BLOCKS_SENDING,
  MAX_BUFFERED_BYTES,
  MAX_DATA_BYTES,
  MAX_GROWN_BYTES_PER_CONNECTION,
  MAX_UPLOADS_AT_ONCE,
  MAX_WIDENED_BYTES,
  STREAM_WINDOW_BYTES,
} from "../../../lib/base/limits.ts";
import { native } from "../../../lib/dialects/native/native.ts";
import { encodeBlockHeader, exchangeId } from "../../../lib/native/messages.ts";
import { allWindows } from "../../../lib/native/window_budget.ts";
import type { Block, Files } from "../../../lib/service/files.ts";
import { readUint32 } from "../../../lib/wire/frame.ts";
import { serveDialect } from "../../../testing/dialect_session.ts";
import { NativePeer } from "../../../testing/network/native_peer.ts";

const DIGEST = new Uint8Array(32);
const INFO = {
  ...{ path: "f", type: "file", bytes: 20 * BLOCK_BYTES, mtimeMs: 0 },
  ...{ executable: false, revision: "1" },
} as const;

/** Serves files over pipes with small buffers to a client that has exchanged hellos. */
async function served(files: Partial<Files>, features: string[] = []) {
  const session = serveDialect(native, {
    ...{ capacity: 64 * 1024, login: { user: "ana", files: files as Files } },
  });
  const peer = new NativePeer(session.client);
  await peer.hello({ features });
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

/**
 * Begins an upload and waits until the server expects blocks.
 *
 * @returns The bytes that the server granted in addition to the start window.
 */
async function begun(peer: NativePeer, id: number): Promise<number> {
  await peer.request(id, stage(`f${id}`));
  let granted = 0;
  for (let items = 0; items < 2;) {
    const { type, payload } = await peer.next(id, "ITEM", "CRED");
    if (type === "ITEM") items++;
    else granted += readUint32(payload, 4);
  }
  return granted;
}

/** Sends whole blocks of several uploads in turns, and counts the bytes. */
function flood(peer: NativePeer, uploads: number, total: number) {
  const data = new Uint8Array(MAX_DATA_BYTES);
  const sent = { bytes: 0 };
  const done = (async () => {
    for (let n = 0; n < total; n++) {
      const [id, index] = [n % uploads + 1, Math.floor(n / uploads)];
      const header = encodeBlockHeader({ index, length: BLOCK_BYTES, digest: DIGEST });
      await peer.sendOn(id, "BLCK", header);
      for (let at = 0; at < BLOCK_BYTES; at += data.length, sent.bytes += data.length) {
        await peer.sendOn(id, "DATA", data);
      }
    }
  })();
  return { sent, done };
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
  const { sent, done } = flood(peer, MAX_UPLOADS_AT_ONCE, total);
  const held = await still(() => sent.bytes);
  assert(held > MAX_BUFFERED_BYTES / 2 && held <= MAX_BUFFERED_BYTES + BLOCK_BYTES, `${held}`);
  disk.open();
  for (let n = 0; n < total; n++) assertEquals((await peer.read())?.type.length, 4);
  await done;
  await still(disk.written);
  assertEquals(disk.written(), total);
});

Deno.test("native widens the windows of a client that seems far away by no more than their budget", async () => {
  const disk = stuckDisk();
  await using at = await served(disk.files, ["windows"]);
  const { peer } = at;
  assertEquals((await peer.read())?.type, "PING");
  const pong = new Uint8Array(8);
  pong[7] = 1;
  // The line is as long as the client pretends.
  await new Promise((resolve) => setTimeout(resolve, 150));
  await peer.send("PONG", pong);
  const granted: number[] = [];
  for (let id = 1; id <= 4; id++) granted.push(await begun(peer, id));
  const widened = MAX_WIDENED_BYTES - STREAM_WINDOW_BYTES;
  let left = MAX_GROWN_BYTES_PER_CONNECTION;
  const expected = granted.map(() => {
    const share = Math.min(widened, left);
    left -= share;
    return share;
  });
  assertEquals([granted, left], [expected, 0]);
  const smaller = STREAM_WINDOW_BYTES + granted[1]!;
  const { sent, done } = flood(peer, 2, 2 * (smaller / BLOCK_BYTES - 1));
  const most = MAX_BUFFERED_BYTES + MAX_GROWN_BYTES_PER_CONNECTION;
  const held = await still(() => sent.bytes);
  assert(held > MAX_BUFFERED_BYTES && held <= most, `${held}`);
  assertEquals(allWindows.used, MAX_GROWN_BYTES_PER_CONNECTION);
  disk.open();
  await done;
  await peer[Symbol.asyncDispose]();
  await still(() => allWindows.used);
  assertEquals(allWindows.used, 0);
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
