/**
 * A wall clock that can jump. What counts spans, as `performance.now` and timers do, goes on.
 *
 * @module
 */

let offsetMs = 0;

/** Puts our clock in the place of the runtime's. It tells the same until it jumps. */
export function installClock(): void {
  globalThis.Date = new Proxy(Date, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [target.now() + offsetMs] : args, newTarget),
    apply: (target) => new target(target.now() + offsetMs).toString(),
    get: (target, key) => key === "now" ? () => target.now() + offsetMs : Reflect.get(target, key),
  });
}

/** Moves the clock. */
export function jump(byMs: number): void {
  offsetMs += byMs;
}
