/**
 * The one rule for trying again: attempts are counted, waits are capped, and every retry is
 * reported before its wait.
 *
 * @module
 */

import type { FtError } from "./errors.ts";
import { MAX_RETRY_WAIT_MS, RETRY_BASE_MS } from "./limits.ts";
import { asFtError } from "./os_errors.ts";
import { delay } from "./signals.ts";

/** The share of a wait that is added at most, so that clients do not come back all at once. */
const JITTER = 0.1;
const MAX_WAIT_MS = Math.round(MAX_RETRY_WAIT_MS * (1 + JITTER));

/** A retry that is about to happen. */
export interface RetryAttempt {
  /** Its number, from 1. */
  readonly attempt: number;
  /** Retries allowed in all. */
  readonly of: number;
  /** When it starts, in milliseconds since 1970. */
  readonly atMs: number;
  /** Why it is needed. */
  readonly error: FtError;
}

/** Options of {@linkcode Retry}. */
export interface RetryOptions {
  /** Attempts after the first; 0 means a single attempt. */
  readonly retries: number;
  /** Called before each wait. Must not throw. */
  readonly onRetry: (attempt: RetryAttempt) => void;
  /** Cancels a wait. */
  readonly signal?: AbortSignal | undefined;
  /** Whether another attempt can help. @default the error's own `retryable` */
  readonly worthwhile?: ((error: FtError) => boolean) | undefined;
  /** A lower maximum of retries for an error. @default `retries` */
  readonly maximum?: ((error: FtError) => number) | undefined;
  /** A number in [0, 1) for the jitter. @default Math.random */
  readonly random?: (() => number) | undefined;
}

/**
 * Returns the milliseconds to wait before a retry: 1, 2, 4, 8, 16, 32 s, and up to a tenth more.
 *
 * @param attempt From 1.
 */
export function backoffMs(attempt: number, random: () => number = Math.random): number {
  const base = Math.min(RETRY_BASE_MS * 2 ** (attempt - 1), MAX_RETRY_WAIT_MS);
  return Math.round(base * (1 + JITTER * random()));
}

/**
 * Counts the retries of one piece of work. A server may ask for a longer wait than the backoff,
 * but not for more than the longest wait, and every retry counts: otherwise a server could keep a
 * client waiting forever, or make it reconnect without a pause.
 *
 * @example
 * ```ts
 * import { Retry } from "./retry.ts";
 *
 * const retry = new Retry({ retries: 6, onRetry: ({ error }) => console.error(error.message) });
 * if (await retry.run(() => Promise.resolve("done")) !== "done") throw new Error();
 * ```
 */
export class Retry {
  readonly #options: RetryOptions;
  #attempt = 0;

  constructor(options: RetryOptions) {
    this.#options = options;
  }

  /** Resets the counter: after progress, the next failure is a new one. */
  progressed(): void {
    this.#attempt = 0;
  }

  /** Whether {@linkcode wait} would allow another attempt after this error. */
  allows(error: FtError): boolean {
    const { worthwhile = ({ retryable }) => retryable } = this.#options;
    return this.#attempt < this.#maximum(error) && worthwhile(error);
  }

  #maximum(error: FtError): number {
    const { retries, maximum } = this.#options;
    return Math.min(retries, maximum?.(error) ?? retries);
  }

  /**
   * Counts and reports the next attempt, and waits until it may start.
   *
   * @throws The error itself when no further attempt is allowed; the signal's reason.
   */
  async wait(error: FtError): Promise<void> {
    const { onRetry, signal, random } = this.#options;
    signal?.throwIfAborted();
    if (!this.allows(error)) throw error;
    const attempt = ++this.#attempt;
    const wantedMs = Math.max(backoffMs(attempt, random), error.retryAfterMs || 0);
    const waitMs = Math.min(wantedMs, MAX_WAIT_MS);
    onRetry({ attempt, of: this.#maximum(error), atMs: Date.now() + waitMs, error });
    await delay(waitMs, signal);
  }

  /**
   * Runs work until it succeeds, fails for good, or the retries are used up.
   *
   * @throws The last error as an `FtError`; the signal's reason.
   */
  async run<T>(work: () => Promise<T>): Promise<T> {
    while (true) {
      this.#options.signal?.throwIfAborted();
      try {
        return await work();
      } catch (error) {
        await this.wait(asFtError(error));
      }
    }
  }
}
