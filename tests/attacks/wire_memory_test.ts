/**
 * Attacks on memory and processor time with messages of the native protocol that are small on the
 * wire.
 *
 * @module
 */

import { assertEquals, assertLess, assertThrows } from "@std/assert";
import { FtError } from "../../lib/base/errors.ts";
import { delay } from "../../lib/base/signals.ts";
import {
  BLOCK_BYTES,
  MAX_CONTROL_BYTES,
  MAX_REQUESTS_IN_FLIGHT,
  MAX_SHORT_BLOCKS,
  SMALL_FILE_BYTES,
} from "../../lib/base/limits.ts";
import { blockDigest, DIGEST_BYTES } from "../../lib/blocks/manifest.ts";
import {
  decodeJson,
  encodeBlockHeader,
  encodeDigestRun,
  uint32s,
} from "../../lib/native/messages.ts";
import { decodePack } from "../../lib/native/packs.ts";
import { failureSchema, fileInfoSchema, helloSchema } from "../../lib/native/schemas.ts";
import { decodeItems } from "../../lib/native/items.ts";
import { DigestCache } from "../../lib/storage/digest_cache.ts";
import { storePath } from "../../lib/storage/store_path.ts";
import { cpuMs } from "../../testing/cpu_time.ts";
import { NativePeer } from "../../testing/network/native_peer.ts";
import { testServer } from "../../testing/test_server.ts";
import { joined } from "../../testing/bytes.ts";
import { text } from "../conformance/content.ts";
import { recordedExchange } from "../native/recorded_wire.ts";
import { pingMs } from "./ping.ts";

const MiB = 1 << 20;

/** JSON of nearly the maximum size with one item many times. */
function full(before: string, item: string, after: string): Uint8Array<ArrayBuffer> {
  const room = MAX_CONTROL_BYTES - before.length - after.length;
  const count = Math.floor(room / (item.length + 1));
  return text(before + Array(count).fill(item).join(",") + after);
}

function packOf(json: Uint8Array): Uint8Array<ArrayBuffer> {
  return joined(uint32s(1, 0, json.length), json);
}

/** Messages of at most 64 KiB with thousands of faults. */
const FAULTY = {
  "a hello": () => decodeJson(helloSchema, full('{"features":[', "0", "]}"), "HELO"),
  "items": () => decodeItems(fileInfoSchema, joined(uint32s(1), full("[", "{}", "]"))),
  "a pack": () => decodePack(packOf(full("[", "{}", "]"))),
  "a failure": () => decodeJson(failureSchema, full('{"parts":[', "{}", "]}"), "FAIL"),
};

for (const [what, decode] of Object.entries(FAULTY)) {
  Deno.test(`wire-byte-amplification: ${what} with thousands of faults`, async () => {
    const heap = Deno.memoryUsage().heapUsed;
    let most = 0;
    const spent = await cpuMs(() => {
      for (let i = 0; i < 10; i++) {
        assertEquals(assertThrows(decode, FtError).code, "protocol");
        most = Math.max(most, Deno.memoryUsage().heapUsed - heap);
      }
    });
    assertLess(most, 60 * MiB);
    assertLess(spent, 700);
  });
}

Deno.test("wire-byte-amplification: faulty requests before a login", async () => {
  await using server = await testServer({ anonymous: "none" });
  await using peer = await NativePeer.greet(server.url);
  const request = full('{"op":"read","path":"a","ranges":[', "[]", "]}");
  const spent = await cpuMs(async () => {
    for (let id = 1; id <= 20; id++) {
      await peer.sendOn(id, "REQU", request);
      assertEquals((await peer.failure(id)).code, "protocol");
    }
  });
  assertLess(spent, 1500);
});

Deno.test("wire-byte-amplification: what small frames cost is counted", () => {
  const frames = {
    KEEP: joined(uint32s(7), encodeDigestRun({ first: 0, digests: new Uint8Array(DIGEST_BYTES) })),
    BLCK: joined(
      uint32s(7),
      encodeBlockHeader({ index: 0, length: 1, digest: new Uint8Array(DIGEST_BYTES) }),
    ),
    PACK: joined(uint32s(7, 0, 2), text("[]")),
  } as const;
  for (const [type, payload] of Object.entries(frames)) {
    const { exchange, wire } = recordedExchange();
    const costs: number[] = [];
    exchange.handle({ [type]: (_: Uint8Array, __: unknown, cost: number) => costs.push(cost) });
    for (let i = 0; i < 100; i++) exchange.receive(type as keyof typeof frames, payload);
    // An object for each takes some hundred bytes.
    assertLess(100 * 1000, wire.buffered);
    for (const cost of costs) exchange.consumed(cost);
    assertEquals(wire.buffered, 0);
  }
});

Deno.test("wire-byte-amplification: blocks of one byte, far from each other", async () => {
  await using server = await testServer();
  await using peer = await NativePeer.greet(server.url);
  await peer.request(1, {
    op: "stage",
    path: "f",
    executable: false,
    precondition: { kind: "any" },
  });
  await peer.next(1, "ITEM");
  await peer.next(1, "ITEM");
  const byte = new Uint8Array(1);
  const digest = blockDigest(byte);
  for (let i = 0; i < MAX_SHORT_BLOCKS; i++) {
    await peer.sendOn(1, "BLCK", encodeBlockHeader({ index: i * 64, length: 1, digest }));
    await peer.sendOn(1, "DATA", byte);
    await peer.next(1, "ACKN");
  }
  await peer.sendOn(1, "BLCK", encodeBlockHeader({ index: 1 << 20, length: 1, digest }));
  await peer.sendOn(1, "DATA", byte);
  assertEquals((await peer.failure(1)).code, "usage");
});

/** The most memory that this process takes more than before, while a client reads nothing. */
async function growth(url: string, requestOf: (id: number) => unknown): Promise<number> {
  const taken = () => {
    const { heapUsed, external } = Deno.memoryUsage();
    return heapUsed + external;
  };
  await using other = await NativePeer.greet(url);
  const before = taken();
  await using peer = await NativePeer.greet(url);
  for (let id = 1; id <= MAX_REQUESTS_IN_FLIGHT; id++) await peer.request(id, requestOf(id));
  let most = 0;
  for (let i = 0; i < 20; i++) {
    await pingMs(other);
    await delay(10);
    most = Math.max(most, taken() - before);
  }
  return most;
}

Deno.test("wire-byte-amplification: 128 batches of small files that nobody reads", async () => {
  await using server = await testServer();
  await Deno.writeFile(`${server.root}/f`, new Uint8Array(SMALL_FILE_BYTES));
  const paths = Array(512).fill("f");
  assertLess(await growth(server.url, () => ({ op: "readMany", paths })), 64 * MiB);
});

Deno.test("wire-byte-amplification: 128 reads of a file with many known digests", async () => {
  await using server = await testServer();
  const blocks = 64 * 1024;
  {
    using file = Deno.openSync(`${server.root}/f`, { write: true, create: true });
    file.truncateSync(blocks * BLOCK_BYTES);
  }
  await using remote = await server.connect();
  const { revision } = await remote.files.stat("f");
  {
    using cache = DigestCache.open(`${server.state}/digests.sqlite`);
    const digests = new Uint8Array(blocks * DIGEST_BYTES);
    const known = { bytes: blocks * BLOCK_BYTES, blockBytes: BLOCK_BYTES, digests };
    cache.putBlocks(storePath("f"), revision, { ...known, root: "0".repeat(64) }, true);
  }
  assertEquals((await remote.files.stat("f")).root, "0".repeat(64));
  const request = { op: "stage", path: "f", executable: false, precondition: { kind: "any" } };
  for (const [op, most] of [["read", 64], ["manifest", 64], ["stage", 64]] as const) {
    const grown = await growth(server.url, () => op === "stage" ? request : { op, path: "f" });
    assertLess(grown, most * MiB, op);
  }
});
