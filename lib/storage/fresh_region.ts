/**
 * Which parts of a file under construction have never been written, so that zeros need not be written
 * there: where the file system can, the file has holes in these places.
 *
 * @module
 */

import { Buffer } from "node:buffer";

/** Zeros are looked for in pieces of this many bytes, aligned in the file. */
const PIECE_BYTES = 64 * 1024;
/** Fewer zeros begin no hole: no file system has a smaller one. */
const LEAST_HOLE_BYTES = 4096;
const ZEROS = Buffer.alloc(PIECE_BYTES);

/** Bytes to write at an offset. */
export interface WriteRun {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** The holes of a file, and everything after its last written byte. */
export class FreshRegion {
  /** Starts and ends of the holes, ascending. */
  readonly #holes: number[] = [];
  #end: number;

  /** @param bytes The size of the file, all of which may have content. */
  constructor(bytes: number) {
    this.#end = bytes;
  }

  /**
   * The runs of a write that have to reach the file; the others are zeros where it has no content.
   * They count as written.
   */
  *runs(offset: number, bytes: Uint8Array): Generator<WriteRun> {
    let from = 0;
    for (let at = 0; at < bytes.length;) {
      const next = Math.min(bytes.length, at + PIECE_BYTES - (offset + at) % PIECE_BYTES);
      if (this.#skips(offset + at, bytes.subarray(at, next))) {
        if (from < at) yield { offset: offset + from, bytes: bytes.subarray(from, at) };
        from = next;
      }
      at = next;
    }
    if (from < bytes.length) yield { offset: offset + from, bytes: bytes.subarray(from) };
  }

  #skips(start: number, piece: Uint8Array): boolean {
    const end = start + piece.length;
    const extendsHole = this.#holes.at(-1) === start;
    const skip = (extendsHole || piece.length >= LEAST_HOLE_BYTES) && isZero(piece) &&
      this.#isFresh(start, end);
    if (!skip) this.#fill(start, end);
    else if (end > this.#end) this.#addHole(this.#end, end);
    this.#end = Math.max(this.#end, end);
    return skip;
  }

  #isFresh(start: number, end: number): boolean {
    if (start >= this.#end) return true;
    const hole = this.#holeBefore(start);
    return hole >= 0 && this.#holes[hole + 1]! >= Math.min(end, this.#end);
  }

  /** The index of the last hole that starts at or before an offset; negative if there is none. */
  #holeBefore(offset: number): number {
    let [low, high] = [0, this.#holes.length / 2];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#holes[2 * middle]! <= offset) low = middle + 1;
      else high = middle;
    }
    return 2 * (low - 1);
  }

  #addHole(start: number, end: number): void {
    if (this.#holes.at(-1) === start) this.#holes[this.#holes.length - 1] = end;
    else this.#holes.push(start, end);
  }

  #fill(start: number, end: number): void {
    if (start > this.#end) this.#addHole(this.#end, start);
    const first = Math.max(0, this.#holeBefore(start));
    let last = first;
    const left: number[] = [];
    for (; last < this.#holes.length && this.#holes[last]! < end; last += 2) {
      const [from, to] = [this.#holes[last]!, this.#holes[last + 1]!];
      if (from < start) left.push(from, Math.min(to, start));
      if (to > end) left.push(Math.max(from, end), to);
    }
    if (last > first) this.#holes.splice(first, last - first, ...left);
  }
}

function isZero(piece: Uint8Array): boolean {
  if (piece[0] !== 0 || piece.at(-1) !== 0) return false;
  return ZEROS.compare(piece, 0, piece.length, 0, piece.length) === 0;
}
