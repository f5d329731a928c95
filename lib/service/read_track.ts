/**
 * Tracks the blocks of a read, which is a transfer or a part of one.
 *
 * @module
 */

import type { Block, Reading } from "./files.ts";

/** One read of a transfer. */
export interface ReadTrack {
  /** Counts a block that was sent. */
  moved(index: number, bytes: number): void;
  /** Reports that the last block was sent. */
  done(): Promise<void>;
  /** Reports a failure; only the first end counts. */
  failed(error: unknown): void;
}

/** Tracks the blocks of a read as they are sent. */
export async function* tracked(reading: Reading, track: ReadTrack): AsyncGenerator<Block> {
  try {
    for await (const block of reading.blocks) {
      // The consumer may transfer the buffer, which then has no length.
      const { index, bytes: { length } } = block;
      yield block;
      track.moved(index, length);
    }
    await track.done();
  } catch (error) {
    track.failed(error);
    throw error;
  }
}
