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
  /** @throws `conflict` when a newer writer took over, as far as is known here. */
  check(): void;
  /** Asks the other servers, too. @throws `conflict` when a newer writer took over; `network`. */
  recheck(): Promise<void>;
}

/** The claims on the uploads of several servers. */
export interface SharedFences {
  /** Claims an upload. @returns A number that is higher than those of all claims before. */
  claim(token: string): Promise<number>;
  /** Whether this is the newest claim. */
  isNewest(token: string, number: number): Promise<boolean>;
  /** Gives a claim up. It must neither wait nor throw. */
  release(token: string, number: number): void;
}

interface Claim {
  readonly number: number;
  readonly revoked: AbortController;
}

/** The claims on a server's uploads, by token. */
export class UploadFences {
  /** Claims at other servers, which can continue the same uploads. @default there are none */
  shared: SharedFences | undefined;
  readonly #newest = new Map<string, Claim>();
  #last = 0;

  /**
   * Claims an upload; the writer that had it is fenced off at once, also at another server.
   *
   * @param alone Whether no other client can know the token.
   * @throws `network` if other servers cannot be asked.
   */
  async claim(token: string, alone = false): Promise<Fence> {
    const shared = alone ? undefined : this.shared;
    const number = shared === undefined ? ++this.#last : await shared.claim(token);
    const revoked = new AbortController();
    this.revoke(token, number);
    const newer = this.#newest.get(token);
    // Of two writers that asked at the same time, the bus may have answered the newer one first.
    if (newer === undefined) this.#newest.set(token, { number, revoked });
    else revoked.abort(takenOver());
    const check = () => revoked.signal.throwIfAborted();
    return {
      signal: revoked.signal,
      check,
      recheck: async () => {
        check();
        if (shared === undefined || await shared.isNewest(token, number)) return;
        revoked.abort(takenOver());
        check();
      },
      [Symbol.dispose]: () => {
        if (this.#newest.get(token)?.revoked === revoked) this.#newest.delete(token);
        shared?.release(token, number);
      },
    };
  }

  /** Fences a writer off whose claim is older than a number. */
  revoke(token: string, number: number): void {
    const claim = this.#newest.get(token);
    if (claim === undefined || claim.number >= number) return;
    this.#newest.delete(token);
    claim.revoked.abort(takenOver());
  }
}

function takenOver(): FtError {
  return new FtError("conflict", "another connection took this upload over", { retryable: false });
}
