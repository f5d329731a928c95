/**
 * Large writes at given offsets of a file, in small pieces on the caller's thread.
 *
 * @module
 */

import { delay } from "../base/signals.ts";

/**
 * Bytes of a piece. The kernel allocates pages as large as the write. In a virtual machine, large
 * pages are those that the host has reclaimed, and getting them back costs several times as much as
 * the write; pages of up to 32 KiB are taken from recently freed memory.
 */
export const PIECE_BYTES: number = 32 * 1024;
/** Milliseconds of writing after which other tasks get a turn. */
const TURN_MS = 10;

/** The part of an open file that is used. */
export interface WritableFile {
  seekSync(offset: number, whence: Deno.SeekMode): number;
  writeSync(bytes: Uint8Array): number;
}

/**
 * Writes to a file that the caller owns. A slow disk blocks the thread for one piece at a time. This
 * suits programs that serve no other connections, on machines without a core to spare for another
 * thread.
 */
export class PiecewiseWriter {
  readonly #file: WritableFile;
  readonly #now: () => number;
  /** The current offset of the file; unknown after a failed write. */
  #at: number | undefined;

  /**
   * @param file Nothing else may move its offset.
   * @param now Milliseconds of a monotonic clock.
   */
  constructor(file: WritableFile, now: () => number = () => performance.now()) {
    this.#file = file;
    this.#now = now;
  }

  /** Writes all of `bytes`, which must not change until it resolves. */
  async write(offset: number, bytes: Uint8Array): Promise<void> {
    let since = this.#now();
    for (let done = 0; done < bytes.length;) {
      done += this.#piece(offset + done, bytes.subarray(done, done + PIECE_BYTES));
      if (this.#now() - since < TURN_MS) continue;
      await delay(0);
      since = this.#now();
    }
  }

  #piece(offset: number, piece: Uint8Array): number {
    // Another write may have run in between.
    if (this.#at !== offset) this.#file.seekSync(offset, Deno.SeekMode.Start);
    this.#at = undefined;
    const count = this.#file.writeSync(piece);
    this.#at = offset + count;
    return count;
  }
}
