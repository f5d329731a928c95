/**
 * Rates, sizes of parts, delays, conflicts and folders of uploads.
 */

import { assert, assertEquals } from "@std/assert";
import { BLOCK_BYTES } from "../../../../lib/base/limits.ts";
import { rootOf as serverRoot } from "../../../../lib/blocks/manifest.ts";
import { ApiError } from "../../../../lib/web/page/api.ts";
import type { Entry } from "../../../../lib/web/page/entry.ts";
import { parsePlace, pathOf } from "../../../../lib/web/page/place.ts";
import {
  BLOCK_BYTES as PAGE_BLOCK_BYTES,
  BlockDigests,
} from "../../../../lib/web/page/upload/block_digests.ts";
import { findTaken } from "../../../../lib/web/page/upload/conflicts.ts";
import { digestPieces } from "../../../../lib/web/page/upload/digest_pieces.ts";
import { type DigestRequest, Digests } from "../../../../lib/web/page/upload/digests.ts";
import { PartSize } from "../../../../lib/web/page/upload/part_size.ts";
import { Rate } from "../../../../lib/web/page/upload/rate.ts";
import { delayMs, isTransient, UploadError } from "../../../../lib/web/page/upload/retry.ts";
import { span } from "../../../../lib/web/page/upload/words.ts";
import { sampleBytes, sha256 } from "../../../../testing/content.ts";
import { sha256 as noble } from "@noble/hashes/sha2.js";

Deno.test("Rate is that of the last seconds, and begins again after a loss", () => {
  const rate = new Rate();
  assertEquals([rate.perSecond, rate.secondsFor(10)], [0, undefined]);
  for (let ms = 0; ms <= 20_000; ms += 500) rate.note(ms < 10_000 ? ms : 10_000 + ms * 10, ms);
  assertEquals([rate.perSecond, rate.secondsFor(25_000)], [10_000, 3]);
  rate.note(5, 21_000);
  assertEquals(rate.perSecond, 0);
  rate.note(1005, 22_000);
  assertEquals(rate.perSecond, 1000);
  // Nothing arrives any more.
  rate.note(1005, 60_000);
  assert(rate.perSecond < 30);
});

Deno.test("PartSize ends parts at blocks, and follows the rate within its limits", () => {
  const size = new PartSize();
  const MiB = BLOCK_BYTES;
  assertEquals(size.endAfter(0, 100 * MiB), 4 * MiB);
  assertEquals(size.endAfter(MiB + 1, 100 * MiB), 5 * MiB);
  assertEquals(size.endAfter(0, 100), 100);
  for (let i = 0; i < 10; i++) size.sent(100 * MiB, 0.1);
  assertEquals(size.endAfter(0, 1000 * MiB), 64 * MiB);
  size.lost();
  assertEquals(size.endAfter(0, 1000 * MiB), 32 * MiB);
  for (let i = 0; i < 10; i++) size.sent(MiB, 100);
  assertEquals(size.endAfter(0, 1000 * MiB), MiB);
  for (let i = 0; i < 3; i++) size.sent(MiB, 0);
  assertEquals(size.endAfter(0, 1000 * MiB), 8 * MiB, "it grows step by step");
});

Deno.test("delays grow up to their limit, and follow the server up to it", () => {
  const error = new UploadError(503, "limit", "");
  assertEquals([1, 2, 5, 40].map((n) => delayMs(n, error, 1)), [500, 1000, 8000, 30_000]);
  assertEquals(delayMs(3, error, 0), 1000);
  assertEquals(delayMs(1, new UploadError(503, "limit", "", 7000), 0), 7000);
  assertEquals(delayMs(1, new UploadError(503, "limit", "", 1e9), 0), 30_000);
});

Deno.test("only what can succeed later is tried again by itself", () => {
  const codes = { network: true, worker: false, file_changed: false };
  for (const [code, is] of Object.entries(codes)) {
    assertEquals(isTransient(new ApiError(0, code, "")), is, code);
  }
  for (const status of [408, 409, 429, 460, 500, 502, 503, 504]) {
    assertEquals(isTransient(new ApiError(status, "x", "")), true, `${status}`);
  }
  for (const status of [400, 401, 403, 404, 412, 413, 422, 423, 507]) {
    assertEquals(isTransient(new ApiError(status, "x", "")), false, `${status}`);
  }
  assertEquals(isTransient(new TypeError()), false);
});

Deno.test("BlockDigests has the digests and the root that the server computes, by both functions", async () => {
  assertEquals(PAGE_BLOCK_BYTES, BLOCK_BYTES);
  for (const bytes of [0, 1, BLOCK_BYTES, 2 * BLOCK_BYTES + 5]) {
    const content = sampleBytes(bytes);
    const expected: number[] = [];
    for (let at = 0; at < bytes; at += BLOCK_BYTES) {
      expected.push(...Uint8Array.fromHex(sha256(content.subarray(at, at + BLOCK_BYTES))));
    }
    const all = new Uint8Array(expected);
    const own = (blob: Blob, piece: number) =>
      digestPieces(blob, piece, (bytes) => Promise.resolve(noble(new Uint8Array(bytes))));
    for (const pieces of [(blob: Blob, piece: number) => digestPieces(blob, piece), own]) {
      const digests = new BlockDigests(new Blob([content]), pieces);
      await digests.learn(1);
      assertEquals(digests.blocks, Math.min(1, Math.ceil(bytes / BLOCK_BYTES)));
      await digests.learn(Infinity);
      assertEquals(digests.base64(0, 3), all.toBase64());
      assertEquals(await digests.root(), serverRoot(all, bytes));
    }
  }
});

Deno.test("Digests of a worker: one that fails fails its requests, and the next is another", async () => {
  const started: EventTarget[] = [];
  const digests = new Digests(() => {
    const worker = Object.assign(new EventTarget(), {
      postMessage({ id, blob }: DigestRequest) {
        if (started.length === 1) return void worker.dispatchEvent(new Event("error"));
        const data = blob.size === 0
          ? { id, error: "gone" }
          : { id, digests: new Uint8Array([blob.size]) };
        worker.dispatchEvent(new MessageEvent("message", { data }));
      },
      terminate: () => {},
    });
    started.push(worker);
    return worker;
  });
  const codes: string[] = [];
  for (const text of ["a", "", "abc"]) {
    const answer = await digests.pieces(new Blob([text]), 1).catch(({ code }) => code);
    codes.push(String(answer));
  }
  assertEquals([codes, started.length], [["worker", "file_changed", "3"], 2]);
});

Deno.test("findTaken lists only folders that exist and are needed", async () => {
  const place = parsePlace(new URL("http://box/files/top/"))!;
  const entry = (name: string, type: Entry["type"]): Entry => ({ name, type, bytes: 1, mtime: "" });
  const folders: Record<string, Entry[]> = {
    "top": [entry("a", "file"), entry("d", "dir"), entry("f", "file"), entry("x", "dir")],
    "top/d": [entry("b", "file"), entry("e", "dir")],
  };
  const listed: string[] = [];
  const paths = ["a", "d/b", "d/c", "d/e/g", "new/b", "f/inside", "x", "d/e"];
  const taken = await findTaken(
    (at) => {
      listed.push(pathOf(at));
      const entries = folders[pathOf(at)];
      return entries === undefined
        ? Promise.reject(new Error("refused"))
        : Promise.resolve(entries);
    },
    place,
    paths,
  );
  assertEquals([...taken.keys()].sort(), ["a", "d/b", "d/e", "x"]);
  assertEquals(listed, ["top", "top/d", "top/d/e"]);
});

Deno.test("spans of time are short", () => {
  assertEquals([0.2, 59, 61, 7199, 7201].map(span), [
    "1 s",
    "59 s",
    "2 min",
    "1 h 60 min",
    "2 h 1 min",
  ]);
});
