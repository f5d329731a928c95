/**
 * How far readings look ahead, so that many of them at once do not hold many blocks each.
 *
 * @module
 */

import { MAX_READING_AHEAD, READ_AHEAD_BLOCKS } from "../base/limits.ts";

/** How many blocks one reading has under way. Disposing ends the reading. */
export interface Ahead extends Disposable {
  readonly blocks: number;
}

/** Shared by the readings of one caller. */
export class ReadAhead {
  #reading = 0;

  /** Begins a reading: the first few read several blocks ahead, further ones take one at a time. */
  begin(): Ahead {
    if (this.#reading >= MAX_READING_AHEAD) return { blocks: 1, [Symbol.dispose]: () => {} };
    this.#reading++;
    return { blocks: READ_AHEAD_BLOCKS, [Symbol.dispose]: () => void this.#reading-- };
  }
}
