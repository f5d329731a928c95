/**
 * Flow control of one exchange: how much may be sent before the receiver has consumed it.
 *
 * @module
 */

import { protocolError } from "../base/errors.ts";
import {
  BLOCK_BYTES,
  CREDIT_STEP_BYTES,
  MAX_WINDOW_BYTES,
  STREAM_WINDOW_BYTES,
} from "../base/limits.ts";
import { type Line, WindowGrowth } from "./line.ts";

/** The sender's side, which waits until the receiver has room. */
export class SendWindow {
  readonly #line: Pick<Line, "growing">;
  #free: number = STREAM_WINDOW_BYTES;
  #waiting: (() => void)[] = [];

  constructor(line: Pick<Line, "growing">) {
    this.#line = line;
  }

  /**
   * Takes `bytes` from the window.
   *
   * @param least How much must be free; until then it waits for credit. @default one byte
   */
  async take(bytes: number, signal: AbortSignal, least = 1): Promise<void> {
    signal.throwIfAborted();
    while (this.#free < least) await this.#credited(signal);
    // The window may be exceeded by less than one frame, which receivers allow.
    this.#free -= bytes;
  }

  /** Waits until `bytes` can be taken without waiting, and takes nothing. */
  async room(bytes: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    while (this.#free < bytes) await this.#credited(signal);
  }

  /**
   * Adds credit for consumed `bytes`, and more if the peer lets the window grow.
   *
   * @throws `protocol` if it exceeds what was sent, or the largest window.
   */
  credit(bytes: number): void {
    this.#free += bytes;
    const most = this.#line.growing ? MAX_WINDOW_BYTES : STREAM_WINDOW_BYTES;
    if (this.#free > most) throw protocolError("more credit than was used");
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }

  /** Begins with a window that the receiver has asked for. */
  begin(bytes: number): void {
    if (this.#line.growing && bytes > STREAM_WINDOW_BYTES) this.credit(bytes - STREAM_WINDOW_BYTES);
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
  readonly #growth: WindowGrowth;
  #size: number = STREAM_WINDOW_BYTES;
  #buffered = 0;
  #owed = 0;

  /**
   * @param slack The largest cost of a frame, by which a sender may exceed the window.
   * @param line Determines how the window grows.
   * @param grant Sends credit in bytes.
   */
  constructor(slack: number, line: Line, grant: (bytes: number) => void) {
    this.#slack = slack;
    this.#growth = new WindowGrowth(line);
    this.#grant = grant;
  }

  /** Whether a sender may have to wait until more bytes are consumed. */
  get full(): boolean {
    return this.#buffered + this.#owed > this.#size - BLOCK_BYTES - this.#slack;
  }

  /** Bytes that may arrive before more are granted. */
  get size(): number {
    return this.#size;
  }

  /** Prepares it for content: it grows where the line is long. @returns By how many bytes. */
  begin(): number {
    const more = this.#growth.begin(this.#size);
    this.#size += more;
    return more;
  }

  /** Counts received bytes. @throws `protocol` if they exceed the window. */
  arrived(bytes: number): void {
    this.#growth.arrived(performance.now());
    this.#buffered += bytes;
    if (this.#buffered + this.#owed > this.#size + this.#slack) {
      throw protocolError("the sender overran its window");
    }
  }

  /** Counts consumed bytes. Grants credit in steps. */
  consumed(bytes: number): void {
    this.#buffered -= bytes;
    this.#owed += bytes;
    if (this.#owed < CREDIT_STEP_BYTES) return;
    const less = this.#growth.shrink(this.#owed, this.#size);
    const more = less > 0 ? 0 : this.#growth.consumed(this.#owed, this.#size, performance.now());
    this.#size += more - less;
    const granted = this.#owed + more - less;
    this.#owed = 0;
    if (granted > 0) this.#grant(granted);
  }

  /** Ends the window: nothing more arrives. */
  end(): void {
    this.#growth.end();
  }
}
