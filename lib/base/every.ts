/**
 * Work that is repeated.
 *
 * @module
 */

/**
 * Repeats work until the result is disposed. It does not keep the program running.
 *
 * @param ms Milliseconds before each repetition.
 *
 * @example
 * ```ts
 * import { every } from "./every.ts";
 *
 * using _timer = every(1000, () => console.log("another second"));
 * ```
 */
export function every(ms: number, work: () => void): Disposable {
  let timer: ReturnType<typeof setTimeout>;
  const wait = () => {
    timer = setTimeout(() => {
      work();
      wait();
    }, ms);
    Deno.unrefTimer(timer);
  };
  wait();
  return { [Symbol.dispose]: () => clearTimeout(timer) };
}
