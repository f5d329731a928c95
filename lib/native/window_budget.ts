/**
 * How much memory the windows of a long line may take in addition to their start size.
 *
 * @module
 */

import { MAX_GROWN_BYTES } from "../base/limits.ts";

/** Bytes that several windows share. */
export class WindowBudget {
  #bytes: number;
  readonly #whole: WindowBudget | undefined;
  #used = 0;

  /**
   * @param bytes The maximum.
   * @param whole The budget that this one is a part of.
   */
  constructor(bytes: number, whole?: WindowBudget) {
    this.#bytes = bytes;
    this.#whole = whole;
  }

  /** Bytes that are taken. */
  get used(): number {
    return this.#used;
  }

  /** Sets the maximum. What was taken stays taken. */
  limit(bytes: number): void {
    this.#bytes = bytes;
  }

  /** Takes up to `bytes`. @returns How many. */
  take(bytes: number): number {
    const room = Math.min(bytes, Math.max(0, this.#bytes - this.#used));
    const taken = this.#whole === undefined ? room : this.#whole.take(room);
    this.#used += taken;
    return taken;
  }

  /** Gives back taken bytes. */
  give(bytes: number): void {
    this.#used -= bytes;
    this.#whole?.give(bytes);
  }
}

/** The budget of all connections of the process. */
export const allWindows: WindowBudget = new WindowBudget(MAX_GROWN_BYTES);
