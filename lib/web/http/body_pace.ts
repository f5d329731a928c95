/**
 * Cuts request bodies that arrive too slowly, so that trickling bytes does not hold a connection.
 *
 * @module
 */

import { every } from "../../base/every.ts";
import { BODY_WINDOW_MS, MIN_BODY_BYTES } from "../../base/limits.ts";
import { anySignal } from "../../base/signals.ts";
import type { Connection } from "../../net/connection.ts";
import { HttpError } from "./http_error.ts";

/** The part of a window in which the client was waited for, for the window to count. */
const MOSTLY = 0.8;

/** Watches one body until it is disposed. */
export class BodyPace implements Disposable {
  /** Aborts when the body is too slow, and when the connection ends. */
  readonly signal: AbortSignal;
  readonly #slow = new AbortController();
  readonly #timer: Disposable;
  #arrived = 0;
  #waitedMs = 0;
  #waitingSinceMs: number | undefined;

  /**
   * Starts to watch.
   *
   * @param windowMs The time in which the minimum must arrive, in milliseconds.
   */
  constructor(
    { signal, rateLimit = Infinity }: Pick<Connection, "signal" | "rateLimit">,
    windowMs: number = BODY_WINDOW_MS,
  ) {
    this.signal = anySignal(signal, this.#slow.signal);
    // A limit of our own must not cut a client that would be faster.
    const least = Math.min(MIN_BODY_BYTES, rateLimit * windowMs / 2000);
    this.#timer = every(windowMs, () => {
      // The time in which the server itself was busy is not the client's.
      if (this.#waited() >= windowMs * MOSTLY && this.#arrived < least) this.#cut();
      this.#arrived = 0;
      this.#waitedMs = 0;
      if (this.#waitingSinceMs !== undefined) this.#waitingSinceMs = performance.now();
    });
  }

  #waited(): number {
    const sinceMs = this.#waitingSinceMs;
    return this.#waitedMs + (sinceMs === undefined ? 0 : performance.now() - sinceMs);
  }

  #cut(): void {
    this.#slow.abort(new HttpError(408, "the body arrives too slowly"));
  }

  /** The client is waited for. */
  waiting(): void {
    this.#waitingSinceMs = performance.now();
  }

  /** Counts bytes that arrived. */
  arrived(bytes: number): void {
    this.#arrived += bytes;
    this.#waitedMs = this.#waited();
    this.#waitingSinceMs = undefined;
  }

  [Symbol.dispose](): void {
    this.#timer[Symbol.dispose]();
  }
}
