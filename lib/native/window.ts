/**
 * Flow control of one exchange: how much a sender may send before the receiver has consumed.
 *
 * @module
 */

import { protocolError } from "../base/errors.ts";
import { CREDIT_STEP_BYTES, STREAM_WINDOW_BYTES } from "../base/limits.ts";

/** The sender's side: waits until the receiver has room. */
export class SendWindow {
  #free: number = STREAM_WINDOW_BYTES;
  #waiting: (() => void)[] = [];

  /** Takes `bytes` of the window, waiting for credit while it is used up. */
  async take(bytes: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    while (this.#free <= 0) await this.#credited(signal);
    // May go below zero by less than one frame, which receivers allow for.
    this.#free -= bytes;
  }

  /** Waits until `bytes` can be taken without waiting. */
  async room(bytes: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    while (this.#free < bytes) await this.#credited(signal);
  }

  /** The receiver consumed `bytes`. @throws `protocol` when it is more than was sent. */
  credit(bytes: number): void {
    this.#free += bytes;
    if (this.#free > STREAM_WINDOW_BYTES) throw protocolError("more credit than was used");
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }

  #credited(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const onAbort = () => reject(signal.reason);
      signal.addEventListener("abort", onAbort, { once: true });
      this.#waiting.push(() => {
        signal.removeEventListener("abort", onAbort);
        resolve();
      });
    });
  }
}

/** The receiver's side: refuses what exceeds the window and says when there is room again. */
export class ReceiveWindow {
  readonly #grant: (bytes: number) => void;
  readonly #slack: number;
  #held = 0;
  #owed = 0;

  /**
   * @param slack Bytes of one largest frame, by which a sender may overrun.
   * @param grant Sends credit.
   */
  constructor(slack: number, grant: (bytes: number) => void) {
    this.#slack = slack;
    this.#grant = grant;
  }

  /** Bytes arrived. @throws `protocol` when the sender had no room for them. */
  arrived(bytes: number): void {
    this.#held += bytes;
    if (this.#held + this.#owed > STREAM_WINDOW_BYTES + this.#slack) {
      throw protocolError("the sender overran its window");
    }
  }

  /** Bytes that arrived were consumed. */
  consumed(bytes: number): void {
    this.#held -= bytes;
    this.#owed += bytes;
    if (this.#owed < CREDIT_STEP_BYTES) return;
    this.#grant(this.#owed);
    this.#owed = 0;
  }
}
