/**
 * Progress in tenths, for logs.
 *
 * @module
 */

/**
 * Reports each tenth of a whole once.
 *
 * @example
 * ```ts
 * import { Tenths } from "./tenths.ts";
 *
 * const tenths = new Tenths(200);
 * if (tenths.reached(50) !== 20 || tenths.reached(59) !== undefined) throw new Error();
 * ```
 */
export class Tenths {
  readonly #whole: number;
  #last = 0;

  /** @param whole The amount at the end; nothing is reported where it is 0 or unknown. */
  constructor(whole: number | undefined) {
    this.#whole = whole ?? 0;
  }

  /** @returns The percentage when `done` is in a higher tenth than before, at most 100. */
  reached(done: number): number | undefined {
    if (this.#whole === 0) return undefined;
    const tenths = Math.min(Math.floor(10 * done / this.#whole), 10);
    if (tenths <= this.#last) return undefined;
    this.#last = tenths;
    return tenths * 10;
  }
}
