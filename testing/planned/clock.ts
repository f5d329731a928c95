/**
 * A wall clock that can jump. `performance.now` and timers are not affected.
 *
 * @module
 */

let offsetMs = 0;

/** Replaces the runtime's wall clock; both show the same time until it jumps. */
export function installClock(): void {
  globalThis.Date = new Proxy(Date, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [target.now() + offsetMs] : args, newTarget),
    apply: (target) => new target(target.now() + offsetMs).toString(),
    get: (target, key) => key === "now" ? () => target.now() + offsetMs : Reflect.get(target, key),
  });
}

/** Moves the wall clock. */
export function jump(byMs: number): void {
  offsetMs += byMs;
}
