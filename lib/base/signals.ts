/**
 * Cancellation and timeouts.
 *
 * @module
 */

import { delay as timer } from "@std/async/delay";
import { FtError } from "./errors.ts";

/** Returns a signal that aborts with the first of the given ones; `undefined` is skipped. */
export function anySignal(...signals: (AbortSignal | undefined)[]): AbortSignal {
  const given = signals.filter((s): s is AbortSignal => s !== undefined);
  return given.length === 1 ? given[0]! : AbortSignal.any(given);
}

/** The longest wait in milliseconds that a timer can hold; a longer one would fire at once. */
export const MAX_DELAY_MS = 2 ** 31 - 1;

/**
 * Waits.
 *
 * @param ms Milliseconds, from 0 to {@linkcode MAX_DELAY_MS}.
 * @throws The signal's reason if it is aborted first; `internal` for a time that no timer can hold.
 *
 * @example
 * ```ts
 * import { delay } from "./signals.ts";
 *
 * await delay(1, AbortSignal.timeout(1000));
 * ```
 */
export async function delay(ms: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  if (!(ms >= 0 && ms <= MAX_DELAY_MS)) {
    throw new FtError("internal", `a timer cannot hold ${ms} ms`);
  }
  await timer(ms, { signal });
}

/**
 * Waits for a promise or until the signal is aborted. The operation behind the promise continues; a
 * later rejection is ignored.
 *
 * Written by hand because every socket read passes through it: `abortable` of `@std/async` takes
 * more than twice as long.
 *
 * @throws The signal's reason if it is aborted first.
 */
export function raceSignal<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise<T>((resolve, reject) => {
    if (signal.aborted) {
      promise.catch(() => {});
      return reject(signal.reason);
    }
    const onAbort = () => reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}

/**
 * Waits for a promise with a timeout. The operation behind the promise continues; a later rejection
 * is ignored.
 *
 * @param ms Milliseconds.
 * @returns `"timeout"` if the time elapses first.
 * @throws The signal's reason if it is aborted first.
 *
 * @example
 * ```ts
 * import { within } from "./signals.ts";
 *
 * if (await within(new Promise(() => {}), 1) !== "timeout") throw new Error();
 * ```
 */
export async function within<T>(
  promise: Promise<T>,
  ms: number,
  signal?: AbortSignal,
): Promise<T | "timeout"> {
  const settled = new AbortController();
  const timeout = delay(ms, settled.signal).then(() => "timeout" as const);
  timeout.catch(() => {});
  promise.catch(() => {});
  try {
    return await raceSignal(Promise.race([promise, timeout]), signal);
  } finally {
    settled.abort();
  }
}

/** A deadline that can be extended. Disposing cancels it. */
export interface Deadline extends Disposable {
  /** Aborted when the deadline passes. */
  readonly signal: AbortSignal;
  /** Restarts the timeout. */
  extend(): void;
}

/**
 * Starts a deadline.
 *
 * @param timeoutMs The timeout in milliseconds.
 * @param reason Returns the reason the signal is aborted with.
 */
export function startDeadline(timeoutMs: number, reason: () => unknown): Deadline {
  const controller = new AbortController();
  const fire = () => controller.abort(reason());
  let timer = setTimeout(fire, timeoutMs);
  return {
    signal: controller.signal,
    extend() {
      clearTimeout(timer);
      timer = setTimeout(fire, timeoutMs);
    },
    [Symbol.dispose]() {
      clearTimeout(timer);
    },
  };
}
