/**
 * A promise that must settle in time.
 *
 * @module
 */

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
