/**
 * A limit in bytes per second, applied smoothly.
 *
 * @module
 */

import { RATE_BURST_MS, RATE_PIECE_MS } from "./limits.ts";
import { delay } from "./signals.ts";

/** The clock of a limit; tests replace it. */
export interface RateClock {
  /** Returns the time of a monotonic clock in milliseconds. */
  now(): number;
  /** Waits. @throws The signal's reason if it is aborted first. */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
}

const REAL_CLOCK: RateClock = { now: () => performance.now(), wait: delay };

/**
 * Delays bytes to keep a rate. Unused capacity expires after {@linkcode RATE_BURST_MS}, just long
 * enough to compensate for timers that fire late.
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
  /** The rate in bytes per second. */
  readonly bytesPerSecond: number;
  /** The most bytes to take at once if the rate is to be smooth. */
  readonly pieceBytes: number;
  readonly #clock: RateClock;
  #freeAtMs: number;

  /**
   * Creates a limit.
   *
   * @param bytesPerSecond Greater than 0.
   */
  constructor(bytesPerSecond: number, clock: RateClock = REAL_CLOCK) {
    this.bytesPerSecond = bytesPerSecond;
    this.pieceBytes = Math.max(1, Math.floor(bytesPerSecond * RATE_PIECE_MS / 1000));
    this.#clock = clock;
    this.#freeAtMs = clock.now();
  }

  /**
   * Waits until these bytes may be sent, and charges them. Calls are served in order.
   *
   * @throws The signal's reason if it is aborted first; then nothing is charged.
   */
  async take(bytes: number, signal?: AbortSignal): Promise<void> {
    const nowMs = this.#clock.now();
    const fromMs = Math.max(this.#freeAtMs, nowMs - RATE_BURST_MS);
    this.#freeAtMs = fromMs + this.#costMs(bytes);
    if (fromMs <= nowMs) return;
    try {
      await this.#clock.wait(fromMs - nowMs, signal);
    } catch (error) {
      this.giveBack(bytes);
      throw error;
    }
  }

  /** Cancels the charge for bytes that were taken but not sent. */
  giveBack(bytes: number): void {
    this.#freeAtMs -= this.#costMs(bytes);
  }

  #costMs(bytes: number): number {
    return bytes / this.bytesPerSecond * 1000;
  }
}

/** A limit for each direction. Connections that share it have the rate together. */
export class RateLimits {
  /** The rate of each direction in bytes per second. */
  readonly bytesPerSecond: number;
  /** Limits received bytes. */
  readonly read: RateLimit;
  /** Limits sent bytes. */
  readonly send: RateLimit;

  /**
   * Creates both limits.
   *
   * @param bytesPerSecond Greater than 0.
   */
  constructor(bytesPerSecond: number, clock?: RateClock) {
    this.bytesPerSecond = bytesPerSecond;
    this.read = new RateLimit(bytesPerSecond, clock);
    this.send = new RateLimit(bytesPerSecond, clock);
  }
}
