/**
 * Guessing passwords is slow: each failure makes the next attempt from there wait longer, and many
 * of them end in a ban that ends.
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
  /** Nobody from there is heard before. */
  untilMs: number;
  failedMs: number;
}

/** What {@linkcode LoginGuard} takes time from. */
export interface LoginClock {
  /** Milliseconds of a clock that does not jump. */
  now(): number;
  wait(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Remembers where failures came from. */
export class LoginGuard {
  readonly #clock: LoginClock;
  readonly #sources = new Map<string, Source>();

  constructor(clock: LoginClock = { now: () => performance.now(), wait: delay }) {
    this.#clock = clock;
  }

  /**
   * Waits for the turn of an attempt, makes it, and remembers how it went.
   *
   * @param source Where it comes from: one host, however many connections.
   * @param attempt Gives `undefined` for a failure.
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
      // Failures are forgotten with time alone: one good login must not clear the way for guesses.
      known.untilMs = this.#clock.now();
      return result;
    } finally {
      known.waiting--;
    }
  }

  #source(name: string): Source {
    const known = this.#sources.get(name) ?? { failures: 0, waiting: 0, untilMs: 0, failedMs: 0 };
    if (this.#clock.now() - known.failedMs >= LOGIN_BAN_MS) known.failures = 0;
    // The one heard of longest ago is forgotten first.
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

  /** Attempts that wait take turns: each finds the time pushed on by the one before. */
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
    // The same words for an unknown name and a wrong password.
    return new FtError("not_allowed", "wrong user or password");
  }
}

function delayMs(failures: number): number {
  return Math.min(LOGIN_DELAY_MS * 2 ** (failures - 1), MAX_LOGIN_DELAY_MS);
}
