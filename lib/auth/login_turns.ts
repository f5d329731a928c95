/**
 * Decides whose password is verified next. Verifying one is slow on purpose, so a flood of guesses
 * would otherwise keep everyone else waiting.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import { LOGIN_WAIT_MS, MAX_PASSWORDS_VERIFYING } from "../base/limits.ts";
import { anySignal, startDeadline } from "../base/signals.ts";

/** The facts about a host that determine its place. */
export interface LoginHost {
  /** Whether a login from it has succeeded. */
  readonly known: boolean;
  readonly failures: number;
  /** Its passwords that are being verified. */
  verifying: number;
  /** Since when it has been waiting for a turn, in milliseconds; a refusal does not change it. */
  waitingSinceMs: number | undefined;
}

interface Waiter {
  readonly host: LoginHost;
  readonly sinceMs: number;
  readonly grant: () => void;
}

const SHORTEST_RETRY_MS = 1000;

/**
 * Grants {@linkcode MAX_PASSWORDS_VERIFYING} turns at a time. Known hosts get every other turn, or
 * all if nobody else waits. Within each kind the host with the fewest failures comes first, then the
 * one that has waited longest: so every host gets a turn before any gets its second.
 */
export class LoginTurns {
  readonly #now: () => number;
  readonly #waiting = new Set<Waiter>();
  #running = 0;
  #lastWasKnown = false;
  /** The time that the last turn took, in milliseconds. */
  #turnMs = 0;

  /** @param now Milliseconds of a monotonic clock. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /**
   * Waits for a turn, which ends when the result is disposed.
   *
   * @throws `limit` (retryable, with a time) after {@linkcode LOGIN_WAIT_MS}; the signal's reason.
   */
  async take(host: LoginHost, signal?: AbortSignal): Promise<Disposable> {
    signal?.throwIfAborted();
    host.waitingSinceMs ??= this.#now();
    if (this.#running < MAX_PASSWORDS_VERIFYING) this.#begin(host);
    else await this.#wait(host, signal);
    const startedMs = this.#now();
    return {
      [Symbol.dispose]: () => {
        this.#turnMs = this.#now() - startedMs;
        host.verifying--;
        this.#running--;
        this.#grantNext();
      },
    };
  }

  async #wait(host: LoginHost, signal: AbortSignal | undefined): Promise<void> {
    using deadline = startDeadline(LOGIN_WAIT_MS, () => this.#refusal());
    const ended = anySignal(signal, deadline.signal);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiter = { host, sinceMs: host.waitingSinceMs!, grant: resolve };
    const leave = () => {
      this.#waiting.delete(waiter);
      reject(ended.reason);
    };
    this.#waiting.add(waiter);
    ended.addEventListener("abort", leave, { once: true });
    try {
      await promise;
    } finally {
      ended.removeEventListener("abort", leave);
    }
  }

  #refusal(): FtError {
    const turns = Math.ceil(this.#waiting.size / MAX_PASSWORDS_VERIFYING);
    const retryAfterMs = Math.ceil(Math.max(SHORTEST_RETRY_MS, turns * this.#turnMs));
    const seconds = Math.ceil(retryAfterMs / 1000);
    return new FtError("limit", `too many logins: try again in ${seconds} s`, {
      retryable: true,
      retryAfterMs,
    });
  }

  #begin(host: LoginHost): void {
    this.#running++;
    host.verifying++;
    host.waitingSinceMs = undefined;
    this.#lastWasKnown = host.known;
  }

  #grantNext(): void {
    const next = this.#next();
    if (next === undefined) return;
    this.#waiting.delete(next);
    this.#begin(next.host);
    next.grant();
  }

  #next(): Waiter | undefined {
    const known = firstOf(this.#waiting, true);
    const other = firstOf(this.#waiting, false);
    return this.#lastWasKnown ? other ?? known : known ?? other;
  }
}

function firstOf(waiting: Iterable<Waiter>, known: boolean): Waiter | undefined {
  let first: Waiter | undefined;
  for (const waiter of waiting) {
    if (waiter.host.known !== known) continue;
    if (first === undefined || isBefore(waiter, first)) first = waiter;
  }
  return first;
}

function isBefore(a: Waiter, b: Waiter): boolean {
  const more = triesOf(a.host) - triesOf(b.host);
  return more === 0 ? a.sinceMs < b.sinceMs : more < 0;
}

function triesOf(host: LoginHost): number {
  return host.failures + host.verifying;
}
