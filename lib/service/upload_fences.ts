/**
 * One writer for each staged upload: the newest connection.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";

/** A writer's claim on an upload. Disposing it gives the claim up. */
export interface Fence extends Disposable {
  /** Ends when a newer writer takes over. */
  readonly signal: AbortSignal;
  /** @throws `conflict` when a newer writer took over. */
  check(): void;
}

/** The claims on a server's uploads, by token. */
export class UploadFences {
  readonly #newest = new Map<string, AbortController>();

  /** Claims an upload; the writer that had it is fenced off at once. */
  claim(token: string): Fence {
    const revoked = new AbortController();
    this.#newest.get(token)?.abort(
      new FtError("conflict", "another connection took this upload over", { retryable: false }),
    );
    this.#newest.set(token, revoked);
    return {
      signal: revoked.signal,
      check: () => revoked.signal.throwIfAborted(),
      [Symbol.dispose]: () => {
        if (this.#newest.get(token) === revoked) this.#newest.delete(token);
      },
    };
  }
}
