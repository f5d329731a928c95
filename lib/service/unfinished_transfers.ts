/**
 * Whether a login has begun a transfer that is not done.
 *
 * @module
 */

/** Counts the transfers of one login that have not succeeded; those that were cut stay counted. */
export class UnfinishedTransfers {
  readonly #changed: (any: boolean) => void;
  #count = 0;

  /** @param changed Called when there is a first one, and when there is none any more. */
  constructor(changed: (any: boolean) => void) {
    this.#changed = changed;
  }

  /** Counts a transfer that begins. @returns Called when it has succeeded. */
  begin(): () => void {
    if (this.#count++ === 0) this.#changed(true);
    return () => {
      if (--this.#count === 0) this.#changed(false);
    };
  }
}
