/**
 * A promise that must settle in time.
 *
 * @module
 */

import { fail } from "@std/assert";

// Fake time replaces the global functions; this timeout always runs in real time.
const { setTimeout, clearTimeout } = globalThis;

/**
 * Waits for a promise, and calls a function if it takes too long.
 *
 * @param ms Milliseconds until the timeout.
 * @param onTimeout Its result, or its error, is the result then.
 *
 * @example
 * ```ts
 * import { withTimeout } from "./with_timeout.ts";
 *
 * const never = new Promise<string>(() => {});
 * if (await withTimeout(never, 1, () => "too late") !== "too late") throw new Error();
 * ```
 */
export async function withTimeout<T, L>(
  promise: Promise<T>,
  ms: number,
  onTimeout: () => L | Promise<L>,
): Promise<T | L> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<L>((resolve, reject) => {
    timer = setTimeout(async () => {
      try {
        resolve(await onTimeout());
      } catch (error) {
        reject(error);
      }
    }, ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Waits for a promise in a test, which fails if that takes more than 30 s. */
export function soon<T>(promise: Promise<T>): Promise<T> {
  return withTimeout(promise, 30_000, () => fail("it hangs"));
}
