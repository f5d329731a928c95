/**
 * Content, and short ways to upload and download it through any `Files`.
 *
 * @module
 */

import { assertEquals, assertRejects } from "@std/assert";
import { type ErrorCode, FtError } from "../../lib/base/errors.ts";
import { BLOCK_BYTES } from "../../lib/base/limits.ts";
import { blockCount, blockDigest, rootOf, sameDigest } from "../../lib/blocks/manifest.ts";
import type { Block, FileInfo, Files, StageOptions, Upload } from "../../lib/service/files.ts";
import { joined } from "../../testing/bytes.ts";

/** Bytes that differ from block to block, and between seeds. */
export function content(length: number, seed = 1): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let state = seed;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    bytes[i] = state >>> 16;
  }
  return bytes;
}

/** Encodes text as UTF-8. */
export function text(value: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(value) as Uint8Array<ArrayBuffer>;
}

/** Returns a block of some content, with its own buffer. */
export function blockOf(bytes: Uint8Array, index: number): Block {
  const own = bytes.slice(index * BLOCK_BYTES, (index + 1) * BLOCK_BYTES) as Uint8Array<
    ArrayBuffer
  >;
  return { index, bytes: own, digest: blockDigest(own), [Symbol.dispose]() {} };
}

/** Returns all blocks of some content. */
export function blocksOf(bytes: Uint8Array): Block[] {
  return Array.from({ length: blockCount(bytes.length) }, (_, i) => blockOf(bytes, i));
}

/** Returns the size and root to commit for some content. */
export function totalOf(bytes: Uint8Array): { bytes: number; root: string } {
  const digests = joined(...blocksOf(bytes).map(({ digest }) => digest));
  return { bytes: bytes.length, root: rootOf(digests, bytes.length) };
}

/** Sends all blocks of some content. */
export async function writeAll(upload: Upload, bytes: Uint8Array): Promise<void> {
  for (const block of blocksOf(bytes)) await upload.write(block);
}

/** Uploads a file. */
export async function put(
  files: Files,
  path: string,
  bytes: Uint8Array,
  options: StageOptions = {},
): Promise<FileInfo> {
  await using upload = await files.stage(path, { bytes: bytes.length, ...options });
  await writeAll(upload, bytes);
  return await upload.commit(totalOf(bytes));
}

/** Reads a file and verifies each block. */
export async function get(files: Files, path: string): Promise<Uint8Array> {
  await using reading = await files.read(path);
  const parts: Uint8Array[] = [];
  for await (using block of reading.blocks) {
    assertEquals(block.index, parts.length);
    assertEquals(sameDigest(blockDigest(block.bytes), block.digest), true);
    parts.push(block.bytes.slice());
  }
  return joined(...parts);
}

/** Returns the paths in a listing. */
export async function names(files: Files, dir: string, recursive = false): Promise<string[]> {
  return (await Array.fromAsync(files.list(dir, { recursive }))).map(({ path }) => path);
}

/** Returns the concatenated digests of a manifest. */
export async function digests(files: Files, path: string): Promise<Uint8Array> {
  await using manifest = await files.manifest(path);
  return joined(...await Array.fromAsync(manifest.digests));
}

/** Expects an error with this code. */
export async function refuses(code: ErrorCode, act: () => Promise<unknown>): Promise<FtError> {
  const error = await assertRejects(act, FtError);
  assertEquals(error.code, code, error.message);
  return error;
}
