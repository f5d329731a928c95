/**
 * A part of an upload that is not complete yet.
 *
 * @module
 */

import { BLOCK_BYTES } from "../base/limits.ts";
import { type PartMemory, partMemory } from "./part_memory.ts";
import type { PartPlace } from "./part_layout.ts";

/** Bytes from `start` to `end`, relative to the part. */
type Range = readonly [start: number, end: number];

/** A small file waits for no memory, and neither does the first block of a larger one. */
export function isFree({ number }: PartPlace, end: number): boolean {
  return number === 1 && end <= BLOCK_BYTES;
}

/** The bytes of a part, as far as they were written. */
export class PartBuffer {
  readonly place: PartPlace;
  /** Digests of whole blocks, by their number in the file. */
  readonly digests: Map<number, Uint8Array> = new Map();
  readonly #memory: PartMemory;
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  /** Whether the bytes are memory of all parts. */
  #lent = false;
  /** In order, with gaps between them. */
  #ranges: readonly Range[] = [];

  /** When something was written the last time, in milliseconds of the monotonic clock. */
  writtenMs: number = performance.now();

  constructor(place: PartPlace, memory: PartMemory = partMemory) {
    this.place = place;
    this.#memory = memory;
  }

  /** Whether bytes before `end` can be written without further memory. */
  hasRoom(end: number): boolean {
    return end <= this.#bytes.length || isFree(this.place, end);
  }

  /** Uses memory of the size of the part. Its content may be anything. */
  use(memory: Uint8Array<ArrayBuffer>): void {
    memory.set(this.#bytes.subarray(0, this.end));
    this.#bytes = memory;
    this.#lent = true;
  }

  /** One past the last byte that was written, relative to the part. */
  get end(): number {
    return this.#ranges.at(-1)?.[1] ?? 0;
  }

  /** Whether all bytes before `size` were written. */
  covers(size: number): boolean {
    return size === 0 || (this.#ranges.length === 1 && this.#contains([0, size]));
  }

  /** The ranges that were written, as `0-5,7-9`. */
  get written(): string {
    return this.#ranges.map(([start, end]) => `${start}-${end}`).join();
  }

  /** Whether a block was written whole. @param size The bytes that it has. */
  hasBlock(index: number, size: number): boolean {
    const start = index * BLOCK_BYTES - this.place.start;
    return this.#contains([start, start + size]);
  }

  #contains([start, end]: Range): boolean {
    return this.#ranges.some((range) => range[0] <= start && end <= range[1]);
  }

  /** Writes bytes. @param at Where, relative to the part; they end inside it. */
  write(at: number, bytes: Uint8Array): void {
    const end = at + bytes.length;
    this.writtenMs = performance.now();
    this.#grow(end);
    this.#bytes.set(bytes, at);
    this.#add([at, end]);
    const first = Math.floor((this.place.start + at) / BLOCK_BYTES);
    const last = Math.floor((this.place.start + end - 1) / BLOCK_BYTES);
    for (let index = first; index <= last; index++) this.digests.delete(index);
  }

  /** Restores what was {@linkcode PartBuffer.written}. */
  restore(bytes: Uint8Array<ArrayBuffer>, written: string): void {
    if (this.#lent) this.#bytes.set(bytes);
    else this.#bytes = bytes;
    const ranges = written.split(",").map((range) => range.split("-").map(Number));
    for (const [start = NaN, end = NaN] of ranges) {
      if (start < end && end <= bytes.length) this.#add([start, end]);
    }
  }

  /** Bytes from an offset relative to the part; those that were not written are zeros. */
  read(at: number, into: Uint8Array): void {
    const end = Math.min(at + into.length, this.end);
    if (end > at) into.set(this.content(end).subarray(at));
    into.fill(0, Math.max(0, end - at));
  }

  /** Discards all bytes from `size` on. */
  cut(size: number): void {
    this.#ranges = this.#ranges.filter(([start]) => start < size)
      .map(([start, end]) => [start, Math.min(end, size)] as const);
  }

  /** All bytes before `size`; those that were not written are zeros. */
  content(size: number): Uint8Array<ArrayBuffer> {
    this.#grow(size);
    const content = this.#bytes.subarray(0, size);
    let written = 0;
    for (const [start, end] of this.#ranges) {
      content.fill(0, written, start);
      written = end;
    }
    return content.fill(0, written);
  }

  /** Gives its memory back. It is empty afterwards. */
  free(): void {
    const bytes = this.#bytes;
    this.#bytes = new Uint8Array(0);
    this.#ranges = [];
    if (this.#lent) this.#memory.give(bytes);
    this.#lent = false;
  }

  #grow(size: number): void {
    if (size <= this.#bytes.length) return;
    if (!isFree(this.place, size)) return this.use(this.#memory.takeAnyway(this.place.size));
    const grown = new Uint8Array(Math.min(BLOCK_BYTES, Math.max(size, 2 * this.#bytes.length)));
    grown.set(this.#bytes);
    this.#bytes = grown;
  }

  #add([start, end]: Range): void {
    const apart = this.#ranges.filter((range) => range[1] < start || end < range[0]);
    const joined = this.#ranges.filter((range) => !apart.includes(range));
    const first = Math.min(start, ...joined.map((range) => range[0]));
    const last = Math.max(end, ...joined.map((range) => range[1]));
    this.#ranges = [...apart, [first, last] as const].sort((a, b) => a[0] - b[0]);
  }
}
