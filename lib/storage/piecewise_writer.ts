/**
 * Large writes at places in a file, in small pieces on the caller's thread.
 *
 * @module
 */

import { delay } from "../base/signals.ts";

/**
 * Bytes of a piece. The kernel gives a write pages as large as the write. In a virtual machine
 * large pages are the ones its host has taken back, and getting them again costs several times the
 * write; pages of up to 32 KiB come from what was freed last.
 */
export const PIECE_BYTES: number = 32 * 1024;
/** Milliseconds of writing after which others have their turn. */
const TURN_MS = 10;

/** The part of an open file that is needed. */
export interface WritableFile {
  seekSync(offset: number, whence: Deno.SeekMode): number;
  writeSync(bytes: Uint8Array): number;
}

/**
 * Writes to a file that the caller owns. A slow medium holds the thread for a piece at a time: for
 * programs that have nobody else to serve, on machines where another thread would only take the
 * core from this one.
 */
export class PiecewiseWriter {
  readonly #file: WritableFile;
  readonly #now: () => number;
  /** Where the file stands; unknown after a write that failed. */
  #at: number | undefined;

  /**
   * @param file Nobody else moves its place.
   * @param now Milliseconds of a monotonic clock.
   */
  constructor(file: WritableFile, now: () => number = () => performance.now()) {
    this.#file = file;
    this.#now = now;
  }

  /** Writes all of `bytes`, which must stay as they are until it resolves. */
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
    // Another write may have had the turn.
    if (this.#at !== offset) this.#file.seekSync(offset, Deno.SeekMode.Start);
    this.#at = undefined;
    const count = this.#file.writeSync(piece);
    this.#at = offset + count;
    return count;
  }
}
