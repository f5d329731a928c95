/**
 * So many bytes a second, smoothly.
 *
 * @module
 */

import { RATE_BURST_MS, RATE_PIECE_MS } from "./limits.ts";
import { delay } from "./signals.ts";

/** Where a limit takes the time from. */
export interface RateClock {
  /** Milliseconds of a monotonic clock. */
  now(): number;
  /** Waits. @throws The signal's reason when it ends first. */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
}

const REAL_CLOCK: RateClock = { now: () => performance.now(), wait: delay };

/**
 * Holds bytes back until their time has come. What was not used is lost, but for
 * {@linkcode RATE_BURST_MS} that make up for a clock that rings late.
 *
 * @example
 * ```ts
 * import { RateLimit } from "./rate_limit.ts";
 *
 * const limit = new RateLimit(1_000_000);
 * await limit.take(limit.pieceBytes);
 * ```
 */
export class RateLimit {
  /** Bytes a second. */
  readonly bytesPerSecond: number;
  /** Bytes to take at once, at most, so that what passes is smooth. */
  readonly pieceBytes: number;
  readonly #clock: RateClock;
  #freeAtMs: number;

  /** @param bytesPerSecond More than 0. */
  constructor(bytesPerSecond: number, clock: RateClock = REAL_CLOCK) {
    this.bytesPerSecond = bytesPerSecond;
    this.pieceBytes = Math.max(1, Math.floor(bytesPerSecond * RATE_PIECE_MS / 1000));
    this.#clock = clock;
    this.#freeAtMs = clock.now();
  }

  /** Waits until these bytes may pass. Callers are served in the order they come. */
  async take(bytes: number, signal?: AbortSignal): Promise<void> {
    const nowMs = this.#clock.now();
    const fromMs = Math.max(this.#freeAtMs, nowMs - RATE_BURST_MS);
    this.#freeAtMs = fromMs + bytes / this.bytesPerSecond * 1000;
    if (fromMs > nowMs) await this.#clock.wait(fromMs - nowMs, signal);
  }
}
