/**
 * A long listing begins at once, and waits for a client that does not read it.
 */

import { assert, assertEquals, assertLess } from "@std/assert";
import { Batched } from "../../../lib/base/batched.ts";
import { STREAM_WINDOW_BYTES } from "../../../lib/base/limits.ts";
import { native } from "../../../lib/dialects/native/native.ts";
import { uint32s } from "../../../lib/native/messages.ts";
import type { FileInfo, Files } from "../../../lib/service/files.ts";
import { serveDialect } from "../../../testing/dialect_session.ts";
import { NativePeer } from "../../../testing/network/native_peer.ts";

const NAMES = 100_000;
const A_BATCH = 64;

/** A folder with many files, which counts those that were looked at. */
function largeFolder() {
  let looked = 0;
  async function* batches(): AsyncGenerator<FileInfo[]> {
    while (looked < NAMES) {
      yield Array.from({ length: Math.min(A_BATCH, NAMES - looked) }, () => ({
        ...{ path: `folder/with a name of its own/file ${looked++}`, type: "file", bytes: 1 },
        ...{ mtimeMs: 0, executable: false, revision: "1" },
      } as const));
    }
  }
  const files: Partial<Files> = { list: () => new Batched(batches()) };
  return { files: files as Files, looked: () => looked };
}

const decoder = new TextDecoder();
const itemsIn = (payload: Uint8Array): FileInfo[] =>
  JSON.parse(decoder.decode(payload.subarray(4)));

/** Waits until a count has not changed for 200 turns of the event loop. */
async function still(count: () => number): Promise<number> {
  for (let same = 0, last = -1; same < 200; same++) {
    if (count() !== last) [same, last] = [0, count()];
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  return count();
}

Deno.test(`list of ${NAMES} entries sends the first at once, and holds one window of them`, async () => {
  const { files, looked } = largeFolder();
  await using session = serveDialect(native, { capacity: 64 * 1024, login: { files } });
  const peer = new NativePeer(session.client);
  await peer.hello();
  await peer.request(1, { op: "list", path: "folder", recursive: true });
  let frame = await peer.next(1, "ITEM");
  let names = itemsIn(frame.payload).map(({ path }) => path);
  assertEquals(names.length, A_BATCH);
  const size = frame.payload.length / A_BATCH;
  const held = await still(looked);
  assertLess(held * size, STREAM_WINDOW_BYTES + 2 * 65_540);
  assert(held < NAMES, `${held} were looked at`);
  const seen = new Set(names);
  while (frame.type === "ITEM") {
    await peer.sendOn(1, "CRED", uint32s(frame.payload.length));
    frame = await peer.next(1, "ITEM", "RPLY");
    if (frame.type !== "ITEM") break;
    names = itemsIn(frame.payload).map(({ path }) => path);
    for (const name of names) seen.add(name);
  }
  assertEquals(seen.size, NAMES);
  assertEquals(JSON.parse(decoder.decode(frame.payload.subarray(4))).items, NAMES);
});
