/**
 * One writer for each staged upload: the newest connection, told by a number that only grows.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";

/** A writer's claim on an upload. */
export interface Fence extends Disposable {
  /** Larger than that of every writer before. */
  readonly number: number;
  /** Ends when a newer writer takes over. */
  readonly signal: AbortSignal;
  /** @throws `conflict` when a newer writer took over. */
  check(): void;
}

/** The claims of a server's uploads by token. */
export class UploadFences {
  readonly #newest = new Map<string, { number: number; revoke: (reason: unknown) => void }>();
  #last = 0;

  /** Claims an upload; whoever had it is fenced off at once. */
  claim(token: string): Fence {
    const revoked = new AbortController();
    const number = ++this.#last;
    this.#newest.get(token)?.revoke(
      new FtError("conflict", "another connection took this upload over", { retryable: false }),
    );
    this.#newest.set(token, { number, revoke: (reason) => revoked.abort(reason) });
    return {
      number,
      signal: revoked.signal,
      check: () => revoked.signal.throwIfAborted(),
      [Symbol.dispose]: () => {
        if (this.#newest.get(token)?.number === number) this.#newest.delete(token);
      },
    };
  }

  /** Whether somebody is writing to this upload. */
  isClaimed(token: string): boolean {
    return this.#newest.has(token);
  }
}
