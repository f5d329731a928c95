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
import { type LoginHost, LoginTurns } from "./login_turns.ts";

interface Source extends LoginHost {
  known: boolean;
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

/** A way to prove an identity. */
export interface LoginAttempt<T> {
  /** Whether it verifies a password, which takes a turn. */
  readonly slow: boolean;
  /** Returns `undefined` for a failure. */
  prove(): Promise<T | undefined> | T | undefined;
}

/** Tells other servers of failed logins. */
export interface FailedLogins {
  /** Another attempt of a source has failed. It must neither wait nor throw. */
  failed(source: string): void;
}

/** Counts failed logins by source. */
export class LoginGuard {
  /** Other servers that count them, too. @default there are none */
  shared: FailedLogins | undefined;
  readonly #clock: LoginClock;
  readonly #turns: LoginTurns;
  readonly #strangers = new Map<string, Source>();
  /** Separate, so that a flood of failures does not make the server forget them. */
  readonly #known = new Map<string, Source>();

  constructor(clock: LoginClock = { now: () => performance.now(), wait: delay }) {
    this.#clock = clock;
    this.#turns = new LoginTurns(() => clock.now());
  }

  /**
   * Waits until an attempt is due, makes it, and counts a failure.
   *
   * @param source The host, for all of its connections.
   * @throws `not_allowed` for a failed attempt; `limit` for a source that is banned or has too many
   *   attempts waiting, and when too many other sources are before it.
   */
  async attempt<T>(source: string, attempt: LoginAttempt<T>, signal?: AbortSignal): Promise<T> {
    const host = this.#source(source);
    if (host.failures >= MAX_FAILED_LOGINS) this.#refuseBanned(host);
    if (host.waiting >= MAX_LOGINS_WAITING) {
      const retryAfterMs = Math.ceil(Math.max(LOGIN_DELAY_MS, host.untilMs - this.#clock.now()));
      throw new FtError("limit", "too many logins at once", { retryable: true, retryAfterMs });
    }
    host.waiting++;
    try {
      using _turn = await this.#turn(host, attempt.slow, signal);
      // The next attempt has its delay from now on.
      if (host.failures > 0) host.untilMs = this.#clock.now() + delayMs(host.failures);
      const result = await attempt.prove();
      if (result === undefined) throw this.#failed(source, host);
      this.#succeeded(source, host);
      return result;
    } finally {
      host.waiting--;
    }
  }

  #source(name: string): Source {
    const sources = this.#known.has(name) ? this.#known : this.#strangers;
    const host = sources.get(name) ?? newSource();
    if (this.#clock.now() - host.failedMs >= LOGIN_BAN_MS) host.failures = 0;
    remember(sources, name, host);
    return host;
  }

  #refuseBanned(host: Source): never {
    const leftMs = host.untilMs - this.#clock.now();
    const minutes = Math.ceil(leftMs / 60_000);
    throw new FtError("limit", `too many failed logins: try again in ${minutes} min`, {
      retryable: false,
      retryAfterMs: Math.ceil(leftMs),
    });
  }

  /** Waits until an attempt is due, and for a turn if it needs one. */
  async #turn(host: Source, slow: boolean, signal?: AbortSignal): Promise<Disposable | undefined> {
    while (true) {
      await this.#untilDue(host, signal);
      if (!slow) return undefined;
      const turn = await this.#turns.take(host, signal);
      // Another attempt of this host may have failed meanwhile.
      if (host.untilMs <= this.#clock.now()) return turn;
      turn[Symbol.dispose]();
    }
  }

  async #untilDue(host: Source, signal?: AbortSignal): Promise<void> {
    while (true) {
      const waitMs = host.untilMs - this.#clock.now();
      if (waitMs <= 0) return;
      if (host.failures >= MAX_FAILED_LOGINS) this.#refuseBanned(host);
      await this.#clock.wait(waitMs, signal);
    }
  }

  /**
   * Counts the failures that all servers have seen.
   *
   * @param failures With those of this server.
   * @param agoMs Milliseconds since the last one.
   */
  learn(source: string, failures: number, agoMs: number): void {
    if (agoMs >= LOGIN_BAN_MS) return;
    const host = this.#source(source);
    if (failures > host.failures) countedAs(host, failures, this.#clock.now() - agoMs);
  }

  #failed(source: string, host: Source): FtError {
    countedAs(host, host.failures + 1, this.#clock.now());
    this.shared?.failed(source);
    // The same message, so that it does not reveal which names exist.
    return new FtError("not_allowed", "wrong user or password");
  }

  /** A successful login does not reset the failures, or it would allow as many guesses again. */
  #succeeded(source: string, host: Source): void {
    host.untilMs = this.#clock.now();
    host.known = true;
    this.#strangers.delete(source);
    remember(this.#known, source, host);
  }
}

function countedAs(host: Source, failures: number, failedMs: number): void {
  [host.failures, host.failedMs] = [failures, failedMs];
  const waitMs = failures >= MAX_FAILED_LOGINS ? LOGIN_BAN_MS : delayMs(failures);
  host.untilMs = failedMs + waitMs;
}

function newSource(): Source {
  return {
    ...{ known: false, failures: 0, verifying: 0, waitingSinceMs: undefined },
    ...{ waiting: 0, untilMs: 0, failedMs: 0 },
  };
}

/** A map keeps insertion order: the source seen longest ago is dropped first. */
function remember(sources: Map<string, Source>, name: string, host: Source): void {
  sources.delete(name);
  sources.set(name, host);
  if (sources.size > MAX_LOGIN_SOURCES) sources.delete(sources.keys().next().value!);
}

function delayMs(failures: number): number {
  return Math.min(LOGIN_DELAY_MS * 2 ** (failures - 1), MAX_LOGIN_DELAY_MS);
}
