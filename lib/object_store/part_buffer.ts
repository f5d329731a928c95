/**
 * A part of an upload that is not complete yet.
 *
 * @module
 */

import { BLOCK_BYTES } from "../base/limits.ts";
import { givePartMemory, takePartMemory } from "./part_memory.ts";
import type { PartPlace } from "./part_layout.ts";

/** Bytes from `start` to `end`, relative to the part. */
type Range = readonly [start: number, end: number];

/** The bytes of a part, as far as they were written. */
export class PartBuffer {
  readonly place: PartPlace;
  /** Digests of whole blocks, by their number in the file. */
  readonly digests: Map<number, Uint8Array> = new Map();
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  /** In order, with gaps between them. */
  #ranges: readonly Range[] = [];

  constructor(place: PartPlace) {
    this.place = place;
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
    this.#grow(end);
    this.#bytes.set(bytes, at);
    this.#add([at, end]);
    const first = Math.floor((this.place.start + at) / BLOCK_BYTES);
    const last = Math.floor((this.place.start + end - 1) / BLOCK_BYTES);
    for (let index = first; index <= last; index++) this.digests.delete(index);
  }

  /** Restores what was {@linkcode PartBuffer.written}. */
  restore(bytes: Uint8Array<ArrayBuffer>, written: string): void {
    this.#bytes = bytes;
    const ranges = written.split(",").map((range) => range.split("-").map(Number));
    for (const [start = NaN, end = NaN] of ranges) {
      if (start < end && end <= bytes.length) this.#add([start, end]);
    }
  }

  /** Bytes from an offset relative to the part; those that were not written are zeros. */
  read(at: number, into: Uint8Array): void {
    into.fill(0);
    into.set(this.#bytes.subarray(at, Math.min(at + into.length, this.end)));
  }

  /** Discards all bytes from `size` on. */
  cut(size: number): void {
    this.#ranges = this.#ranges.filter(([start]) => start < size)
      .map(([start, end]) => [start, Math.min(end, size)] as const);
    this.#bytes.fill(0, size);
  }

  /** All bytes before `size`. */
  content(size: number): Uint8Array<ArrayBuffer> {
    this.#grow(size);
    return this.#bytes.subarray(0, size);
  }

  /** Gives its memory back. It is empty afterwards. */
  free(): void {
    const bytes = this.#bytes;
    this.#bytes = new Uint8Array(0);
    this.#ranges = [];
    givePartMemory(bytes);
  }

  #grow(size: number): void {
    if (size <= this.#bytes.length) return;
    const few = Math.min(this.place.size, Math.max(size, 2 * this.#bytes.length));
    const grown = size <= BLOCK_BYTES ? new Uint8Array(few) : takePartMemory(this.place.size);
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
