/**
 * How far reads run ahead, so that many concurrent reads do not each buffer many blocks.
 *
 * @module
 */

import { MAX_READING_AHEAD, READ_AHEAD_BLOCKS } from "../base/limits.ts";

/** The number of blocks one read keeps in flight. Disposing it ends the read. */
export interface Ahead extends Disposable {
  readonly blocks: number;
}

/** Shared by the reads of one caller. */
export class ReadAhead {
  #reading = 0;

  /** Starts a read. The first few read several blocks ahead, later ones take one at a time. */
  begin(): Ahead {
    if (this.#reading >= MAX_READING_AHEAD) return { blocks: 1, [Symbol.dispose]: () => {} };
    this.#reading++;
    return { blocks: READ_AHEAD_BLOCKS, [Symbol.dispose]: () => void this.#reading-- };
  }
}
