/**
 * The arithmetic of blocks: how a file is cut, and the root that names its content.
 *
 * A file is blocks of {@linkcode BLOCK_BYTES}, the last one shorter; an empty file has none. Its
 * root is the SHA-256 over the digests of its blocks in order, then its size as eight bytes,
 * big-endian.
 *
 * @module
 */

import { equals } from "@std/bytes/equals";
import { createHash, type Hash } from "node:crypto";
import { BLOCK_BYTES } from "../base/limits.ts";

/** Bytes in a digest (SHA-256). */
export const DIGEST_BYTES = 32;

/** How many blocks a file of this size has. */
export function blockCount(fileBytes: number): number {
  return Math.ceil(fileBytes / BLOCK_BYTES);
}

/** Bytes in the block with this number of a file of this size. */
export function blockLength(fileBytes: number, index: number): number {
  return Math.max(0, Math.min(BLOCK_BYTES, fileBytes - index * BLOCK_BYTES));
}

/** Every block number of some ranges `[start, end)`. */
export function* indexesOf(
  ranges: Iterable<{ readonly start: number; readonly end: number }>,
): Generator<number, undefined> {
  for (const { start, end } of ranges) for (let i = start; i < end; i++) yield i;
}

/** The digests of a run, one by one, each a view. */
export function* eachDigest(run: Uint8Array<ArrayBuffer>): Generator<Uint8Array<ArrayBuffer>> {
  for (let at = 0; at < run.length; at += DIGEST_BYTES) yield run.subarray(at, at + DIGEST_BYTES);
}

/** The digest of one block. */
export function blockDigest(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash("sha256").update(bytes).digest());
}

/** The same as lower-case hex, of content that is all here. */
export function contentDigest(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Whether two digests are the same. */
export function sameDigest(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === DIGEST_BYTES && equals(a, b);
}

/** Lower-case hex. */
export function toHex(bytes: Uint8Array<ArrayBuffer>): string {
  return bytes.toHex();
}

/**
 * Computes a root from block digests as they come.
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
  readonly #hash: Hash = createHash("sha256");

  /** Adds the digests of the next blocks, one after the other. */
  add(digests: Uint8Array): void {
    this.#hash.update(digests);
  }

  /**
   * The root, as hex.
   *
   * @param fileBytes Size of the file.
   */
  finish(fileBytes: number): string {
    const size = new Uint8Array(8);
    new DataView(size.buffer).setBigUint64(0, BigInt(fileBytes));
    return this.#hash.update(size).digest("hex");
  }
}

/** The root of a file whose digests are all here. */
export function rootOf(digests: Uint8Array, fileBytes: number): string {
  const root = new RootHasher();
  root.add(digests);
  return root.finish(fileBytes);
}

/** Digests that {@linkcode DigestList} keeps together. */
const CHUNK = 32;

/**
 * The digests of a file's blocks, gathered in any order. Its memory follows what it was given, not
 * the numbers a peer made up.
 */
export class DigestList {
  readonly #chunks = new Map<number, Uint8Array<ArrayBuffer>>();
  readonly #known = new Set<number>();

  /** How many are known. */
  get size(): number {
    return this.#known.size;
  }

  /** The digest of a block, if it is known. */
  get(index: number): Uint8Array<ArrayBuffer> | undefined {
    return this.#known.has(index) ? this.#place(index) : undefined;
  }

  /** Notes the digest of a block. */
  set(index: number, digest: Uint8Array): void {
    this.#place(index).set(digest);
    this.#known.add(index);
  }

  #place(index: number): Uint8Array<ArrayBuffer> {
    const number = Math.floor(index / CHUNK);
    let chunk = this.#chunks.get(number);
    if (chunk === undefined) {
      chunk = new Uint8Array(CHUNK * DIGEST_BYTES);
      this.#chunks.set(number, chunk);
    }
    const at = (index - number * CHUNK) * DIGEST_BYTES;
    return chunk.subarray(at, at + DIGEST_BYTES);
  }

  /** Forgets a block. */
  delete(index: number): void {
    this.#known.delete(index);
  }

  /** Whether the first `blocks` are all known, and nothing else. */
  isWhole(blocks: number): boolean {
    if (this.#known.size !== blocks) return false;
    for (let i = 0; i < blocks; i++) if (!this.#known.has(i)) return false;
    return true;
  }

  /** The digests of the first `blocks`, one after the other; all must be known. */
  concat(blocks: number): Uint8Array<ArrayBuffer> {
    const all = new Uint8Array(blocks * DIGEST_BYTES);
    for (let i = 0; i < blocks; i++) all.set(this.#place(i), i * DIGEST_BYTES);
    return all;
  }
}
