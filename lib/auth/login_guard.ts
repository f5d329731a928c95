/**
 * Slows down guessing of passwords: each failure makes the next attempt from the same source wait
 * longer, and many failures lead to a temporary ban.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import {
  LOGIN_BAN_MS,
  LOGIN_DELAY_MS,
  MAX_FAILED_LOGINS,
  MAX_LOGIN_DELAY_MS,
  MAX_LOGIN_SOURCES,
  MAX_LOGINS_WAITING,
} from "../base/limits.ts";
import { delay } from "../base/signals.ts";

interface Source {
  failures: number;
  waiting: number;
  /** No attempt is made before this time. */
  untilMs: number;
  failedMs: number;
}

/** The clock of a {@linkcode LoginGuard}. */
export interface LoginClock {
  /** Milliseconds of a monotonic clock. */
  now(): number;
  wait(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Counts failed logins by source. */
export class LoginGuard {
  readonly #clock: LoginClock;
  readonly #sources = new Map<string, Source>();

  constructor(clock: LoginClock = { now: () => performance.now(), wait: delay }) {
    this.#clock = clock;
  }

  /**
   * Waits until an attempt is due, makes it, and counts a failure.
   *
   * @param source The host, for all of its connections.
   * @param attempt Returns `undefined` for a failure.
   * @throws `not_allowed` for a failed attempt, `limit` for a source that is banned or has too many
   *   attempts waiting.
   */
  async attempt<T>(
    source: string,
    attempt: () => Promise<T | undefined>,
    signal?: AbortSignal,
  ): Promise<T> {
    const known = this.#source(source);
    if (known.failures >= MAX_FAILED_LOGINS) this.#refuseBanned(known);
    if (known.waiting >= MAX_LOGINS_WAITING) {
      throw new FtError("limit", "too many logins at once", { retryable: true });
    }
    known.waiting++;
    try {
      await this.#turn(known, signal);
      const result = await attempt();
      if (result === undefined) throw this.#failed(known);
      // A successful login does not reset the count, or it would allow as many guesses again.
      known.untilMs = this.#clock.now();
      return result;
    } finally {
      known.waiting--;
    }
  }

  #source(name: string): Source {
    const known = this.#sources.get(name) ?? { failures: 0, waiting: 0, untilMs: 0, failedMs: 0 };
    if (this.#clock.now() - known.failedMs >= LOGIN_BAN_MS) known.failures = 0;
    // A map keeps insertion order: the source seen longest ago is discarded first.
    this.#sources.delete(name);
    this.#sources.set(name, known);
    if (this.#sources.size > MAX_LOGIN_SOURCES) {
      this.#sources.delete(this.#sources.keys().next().value!);
    }
    return known;
  }

  #refuseBanned(known: Source): void {
    const leftMs = known.untilMs - this.#clock.now();
    const minutes = Math.ceil(leftMs / 60_000);
    throw new FtError("limit", `too many failed logins: try again in ${minutes} min`, {
      retryable: false,
      retryAfterMs: Math.ceil(leftMs),
    });
  }

  /** Waiting attempts take turns: each one delays the next. */
  async #turn(known: Source, signal?: AbortSignal): Promise<void> {
    while (true) {
      const waitMs = known.untilMs - this.#clock.now();
      if (waitMs <= 0) break;
      if (known.failures >= MAX_FAILED_LOGINS) this.#refuseBanned(known);
      await this.#clock.wait(waitMs, signal);
    }
    if (known.failures > 0) known.untilMs = this.#clock.now() + delayMs(known.failures);
  }

  #failed(known: Source): FtError {
    known.failures++;
    known.failedMs = this.#clock.now();
    const banned = known.failures >= MAX_FAILED_LOGINS;
    known.untilMs = this.#clock.now() + (banned ? LOGIN_BAN_MS : delayMs(known.failures));
    // The same message, so that it does not reveal which names exist.
    return new FtError("not_allowed", "wrong user or password");
  }
}

function delayMs(failures: number): number {
  return Math.min(LOGIN_DELAY_MS * 2 ** (failures - 1), MAX_LOGIN_DELAY_MS);
}
