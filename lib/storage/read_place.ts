/**
 * Where large reads of a file happen: on this thread, or on another one.
 *
 * @module
 */

import { hasSpareCores } from "../base/cores.ts";
import { BLOCKS_AFTER_SLOW_READ, SLOW_READ_MS } from "../base/limits.ts";

/**
 * Content that is in memory is read on this thread, where no core is to spare: changing threads costs
 * more than half as much as the read. Content that has to come from a disk is read on another thread,
 * so that a slow disk does not delay everybody.
 */
export class ReadPlace {
  readonly #spareCores: boolean;
  #aside = 0;

  /** @param spareCores Whether other threads cost nothing. */
  constructor(spareCores: boolean = hasSpareCores()) {
    this.#spareCores = spareCores;
  }

  /** Decides about the next read. @returns Whether it happens on this thread. */
  next(): boolean {
    if (this.#spareCores) return false;
    if (this.#aside === 0) return true;
    this.#aside--;
    return false;
  }

  /** Notes how many milliseconds a read on this thread took. */
  took(ms: number): void {
    if (ms > SLOW_READ_MS) this.#aside = BLOCKS_AFTER_SLOW_READ;
  }
}
