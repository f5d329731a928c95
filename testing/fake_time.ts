/**
 * A clock that a test advances, so that waits of seconds take no time.
 *
 * @module
 */

/** Turns of the real event loop after which all pending work that needs no time is done. */
const TURNS = 5;

interface Timer {
  readonly id: number;
  readonly atMs: number;
  readonly run: () => void;
}

/** Replaces `setTimeout`, `clearTimeout`, `Date.now` and `performance.now` until disposed. */
export class FakeTime implements Disposable {
  readonly #real = { setTimeout, clearTimeout, now: Date.now, monotonic: performance.now };
  readonly #timers = new Map<number, Timer>();
  #nowMs = 1_700_000_000_000;
  #nextId = 1;

  constructor() {
    const startMs = this.#nowMs;
    Date.now = () => this.#nowMs;
    performance.now = () => this.#nowMs - startMs;
    globalThis.setTimeout = ((run: () => void, ms = 0) => {
      // As in the runtime, a timeout that is too long for a timer becomes 1 ms.
      const spanMs = ms > 2 ** 31 - 1 ? 1 : ms;
      const id = this.#nextId++;
      this.#timers.set(id, { id, atMs: this.#nowMs + spanMs, run });
      return id;
    }) as unknown as typeof setTimeout;
    globalThis.clearTimeout = ((id?: number) => {
      if (id !== undefined) this.#timers.delete(id);
    }) as unknown as typeof clearTimeout;
  }

  /** Waits for everything that needs no time to pass. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < TURNS; turn++) {
      await new Promise<void>((resolve) => this.#real.setTimeout(resolve, 0));
    }
  }

  /** Lets time pass until no timer is left. */
  run(): Promise<void> {
    return this.#runUntil(Infinity);
  }

  /** Lets this many milliseconds pass, and runs the timers that are due. */
  async advance(ms: number): Promise<void> {
    const untilMs = this.#nowMs + ms;
    await this.#runUntil(untilMs);
    this.#nowMs = untilMs;
  }

  async #runUntil(untilMs: number): Promise<void> {
    await this.settle();
    while (true) {
      const [next] = [...this.#timers.values()].sort((a, b) => a.atMs - b.atMs);
      if (next === undefined || next.atMs > untilMs) return;
      this.#timers.delete(next.id);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.run();
      await this.settle();
    }
  }

  [Symbol.dispose](): void {
    Date.now = this.#real.now;
    performance.now = this.#real.monotonic;
    globalThis.setTimeout = this.#real.setTimeout;
    globalThis.clearTimeout = this.#real.clearTimeout;
  }
}
