/**
 * How a file is divided into blocks, and the root that identifies its content.
 *
 * A file consists of blocks of {@linkcode BLOCK_BYTES}, of which only the last can be
 * shorter; an empty file has none. The root is the SHA-256 of the digests of all blocks in order, followed by the size
 * as eight bytes, big-endian.
 *
 * @module
 */

import { equals } from "@std/bytes/equals";
import type { Hash } from "node:crypto";
import { BLOCK_BYTES } from "../base/limits.ts";
import { nodeBuffer, nodeCrypto } from "../base/node_builtins.ts";

/** Bytes in a digest (SHA-256). */
export const DIGEST_BYTES = 32;

/** Returns the number of blocks of a file. */
export function blockCount(fileBytes: number): number {
  return Math.ceil(fileBytes / BLOCK_BYTES);
}

/** Returns the length of a block in bytes; 0 after the last one. */
export function blockLength(fileBytes: number, index: number): number {
  return Math.max(0, Math.min(BLOCK_BYTES, fileBytes - index * BLOCK_BYTES));
}

/** Yields the block numbers of ranges `[start, end)`. */
export function* indexesOf(
  ranges: Iterable<{ readonly start: number; readonly end: number }>,
): Generator<number, undefined> {
  for (const { start, end } of ranges) for (let i = start; i < end; i++) yield i;
}

/** Yields a view of each digest in a run. */
export function* eachDigest(run: Uint8Array<ArrayBuffer>): Generator<Uint8Array<ArrayBuffer>> {
  for (let at = 0; at < run.length; at += DIGEST_BYTES) yield run.subarray(at, at + DIGEST_BYTES);
}

/** Returns the SHA-256 of a block. That of a whole block of zeros is known. */
export function blockDigest(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  if (isZeroBlock(bytes)) return Uint8Array.fromHex(ZERO_BLOCK_DIGEST);
  // For small files a third less time than `createHash`, whose objects are streams.
  return Uint8Array.fromHex(nodeCrypto().hash("sha256", bytes, "hex"));
}

/** The SHA-256 of a whole block of zeros. */
const ZERO_BLOCK_DIGEST = "30e14955ebf1352266dc2ff8067e68104607e750abb9d3b36582b8af909fcb58";
let zeros: Uint8Array | undefined;

/** Whether it is a whole block of zeros, as holes in sparse files are. */
export function isZeroBlock(bytes: Uint8Array): boolean {
  if (bytes.length !== BLOCK_BYTES || bytes[0] !== 0) return false;
  zeros ??= new Uint8Array(BLOCK_BYTES);
  return nodeBuffer().Buffer.compare(bytes, zeros) === 0;
}

/** Returns the SHA-256 of whole content, in lower-case hex. */
export function contentDigest(bytes: Uint8Array): string {
  return nodeCrypto().hash("sha256", bytes, "hex");
}

/** Whether both are digests and equal. */
export function sameDigest(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === DIGEST_BYTES && equals(a, b);
}

/** Formats bytes in lower-case hex. */
export function toHex(bytes: Uint8Array<ArrayBuffer>): string {
  return bytes.toHex();
}

/**
 * Computes a root from a stream of block digests.
 *
 * @example
 * ```ts
 * import { RootHasher } from "./manifest.ts";
 *
 * const root = new RootHasher();
 * if (root.finish(0).length !== 64) throw new Error();
 * ```
 */
export class RootHasher {
  readonly #hash: Hash = nodeCrypto().createHash("sha256");

  /** Adds the concatenated digests of the next blocks. */
  add(digests: Uint8Array): void {
    this.#hash.update(digests);
  }

  /**
   * Returns the root in lower-case hex.
   *
   * @param fileBytes The size of the file.
   */
  finish(fileBytes: number): string {
    const size = new Uint8Array(8);
    new DataView(size.buffer).setBigUint64(0, BigInt(fileBytes));
    return this.#hash.update(size).digest("hex");
  }
}

/** Returns the root of a file from the concatenated digests of its blocks. */
export function rootOf(digests: Uint8Array, fileBytes: number): string {
  const root = new RootHasher();
  root.add(digests);
  return root.finish(fileBytes);
}

/** Digests in one chunk of a {@linkcode DigestList}: one for each bit of its mask. */
const CHUNK = 32;

interface DigestChunk {
  readonly digests: Uint8Array<ArrayBuffer>;
  /** A bit for each known digest. */
  known: number;
}

/**
 * The digests of a file's blocks, collected in any order. Memory grows with the number of digests,
 * not with the block numbers, which a peer may invent.
 */
export class DigestList {
  readonly #chunks = new Map<number, DigestChunk>();
  #size = 0;

  /** The number of known digests. */
  get size(): number {
    return this.#size;
  }

  /** Returns the digest of a block, if it is known. */
  get(index: number): Uint8Array<ArrayBuffer> | undefined {
    const chunk = this.#chunks.get(Math.floor(index / CHUNK));
    return chunk !== undefined && isKnown(chunk, index) ? digestIn(chunk, index) : undefined;
  }

  /** Stores the digest of a block. */
  set(index: number, digest: Uint8Array): void {
    const number = Math.floor(index / CHUNK);
    let chunk = this.#chunks.get(number);
    if (chunk === undefined) {
      chunk = { digests: new Uint8Array(CHUNK * DIGEST_BYTES), known: 0 };
      this.#chunks.set(number, chunk);
    }
    digestIn(chunk, index).set(digest);
    if (!isKnown(chunk, index)) this.#size++;
    chunk.known |= bitOf(index);
  }

  /** Removes a block. */
  delete(index: number): void {
    const chunk = this.#chunks.get(Math.floor(index / CHUNK));
    if (chunk === undefined || !isKnown(chunk, index)) return;
    chunk.known &= ~bitOf(index);
    this.#size--;
  }

  /** Whether exactly the first `blocks` blocks are known. */
  isWhole(blocks: number): boolean {
    if (this.#size !== blocks) return false;
    for (let i = 0; i < blocks; i++) if (this.get(i) === undefined) return false;
    return true;
  }

  /** Returns the concatenated digests of the first `blocks` blocks, which must all be known. */
  concat(blocks: number): Uint8Array<ArrayBuffer> {
    const all = new Uint8Array(blocks * DIGEST_BYTES);
    for (let i = 0; i < blocks; i++) all.set(this.get(i)!, i * DIGEST_BYTES);
    return all;
  }

  /** Returns the root of a file of this size, whose digests must all be known. */
  root(fileBytes: number): string {
    return rootOf(this.concat(blockCount(fileBytes)), fileBytes);
  }
}

function bitOf(index: number): number {
  return 1 << (index % CHUNK);
}

function isKnown({ known }: DigestChunk, index: number): boolean {
  return (known & bitOf(index)) !== 0;
}

function digestIn({ digests }: DigestChunk, index: number): Uint8Array<ArrayBuffer> {
  const at = (index % CHUNK) * DIGEST_BYTES;
  return digests.subarray(at, at + DIGEST_BYTES);
}
