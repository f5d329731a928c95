/**
 * Flow control of one exchange: how much may be sent before the receiver has consumed it.
 *
 * @module
 */

import { protocolError } from "../base/errors.ts";
import { BLOCK_BYTES, CREDIT_STEP_BYTES, STREAM_WINDOW_BYTES } from "../base/limits.ts";

/** The sender's side, which waits until the receiver has room. */
export class SendWindow {
  #free: number = STREAM_WINDOW_BYTES;
  #waiting: (() => void)[] = [];

  /** Takes `bytes` from the window. Waits for credit while the window is used up. */
  async take(bytes: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    while (this.#free <= 0) await this.#credited(signal);
    // The window may be exceeded by less than one frame, which receivers allow.
    this.#free -= bytes;
  }

  /** Waits until `bytes` can be taken without waiting, and takes nothing. */
  async room(bytes: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    while (this.#free < bytes) await this.#credited(signal);
  }

  /** Adds credit for consumed `bytes`. @throws `protocol` if it exceeds what was sent. */
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

/** The receiver's side, which refuses frames that exceed the window, and grants credit. */
export class ReceiveWindow {
  readonly #grant: (bytes: number) => void;
  readonly #slack: number;
  #buffered = 0;
  #owed = 0;

  /**
   * @param slack The largest cost of a frame, by which a sender may exceed the window.
   * @param grant Sends credit in bytes.
   */
  constructor(slack: number, grant: (bytes: number) => void) {
    this.#slack = slack;
    this.#grant = grant;
  }

  /** Whether a sender may have to wait until more bytes are consumed. */
  get full(): boolean {
    return this.#buffered + this.#owed > STREAM_WINDOW_BYTES - BLOCK_BYTES - this.#slack;
  }

  /** Counts received bytes. @throws `protocol` if they exceed the window. */
  arrived(bytes: number): void {
    this.#buffered += bytes;
    if (this.#buffered + this.#owed > STREAM_WINDOW_BYTES + this.#slack) {
      throw protocolError("the sender overran its window");
    }
  }

  /** Counts consumed bytes. Grants credit in steps. */
  consumed(bytes: number): void {
    this.#buffered -= bytes;
    this.#owed += bytes;
    if (this.#owed < CREDIT_STEP_BYTES) return;
    this.#grant(this.#owed);
    this.#owed = 0;
  }
}
