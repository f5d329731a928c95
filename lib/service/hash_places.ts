/**
 * How much hashing one user may have under way.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import { Semaphore } from "../base/semaphore.ts";

/** Limits for each holder. */
export interface HashLimits {
  /** Requests whose content is being hashed. */
  readonly running: number;
  /** Requests that wait until one of those has ended. */
  readonly waiting: number;
}

interface Account {
  readonly places: Semaphore;
  requests: number;
}

/** Time after which a refused client may try again, in milliseconds. */
const RETRY_AFTER_MS = 1000;

/** Places for requests that hash content which a client did not send. */
export class HashPlaces {
  readonly #limits: HashLimits;
  readonly #accounts = new Map<string, Account>();

  constructor(limits: HashLimits) {
    this.#limits = limits;
  }

  /**
   * Waits for a place, which is held until the result is disposed.
   *
   * @param holder A user, or the host of anonymous clients.
   * @throws `limit` (retryable) if too many wait, or the signal's reason if it is aborted first.
   */
  async take(holder: string, signal?: AbortSignal): Promise<Disposable> {
    const { running, waiting } = this.#limits;
    const account = this.#accounts.get(holder) ??
      { places: new Semaphore(running), requests: 0 };
    if (account.requests >= running + waiting) {
      const facts = { retryable: true, retryAfterMs: RETRY_AFTER_MS };
      throw new FtError("limit", "too many requests wait for digests", facts);
    }
    this.#accounts.set(holder, account);
    account.requests++;
    using stack = new DisposableStack();
    stack.defer(() => {
      account.requests--;
      if (account.requests === 0) this.#accounts.delete(holder);
    });
    stack.use(await account.places.acquire(signal));
    return stack.move();
  }
}
