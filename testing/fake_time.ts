/**
 * A clock that stands still until it is told to go on: for waits of seconds in no time.
 *
 * @module
 */

/** Turns of the real event loop after which nothing that is ready is left undone. */
const TURNS = 5;

interface Timer {
  readonly id: number;
  readonly atMs: number;
  readonly run: () => void;
}

/** Takes the place of `setTimeout`, `clearTimeout` and `Date.now` until it is disposed. */
export class FakeTime implements Disposable {
  readonly #real = { setTimeout, clearTimeout, now: Date.now };
  readonly #timers = new Map<number, Timer>();
  #nowMs = 1_700_000_000_000;
  #nextId = 1;

  constructor() {
    Date.now = () => this.#nowMs;
    globalThis.setTimeout = ((run: () => void, ms = 0) => {
      // As the runtime has it: a span that is too long is none.
      const spanMs = ms > 2 ** 31 - 1 ? 1 : ms;
      const id = this.#nextId++;
      this.#timers.set(id, { id, atMs: this.#nowMs + spanMs, run });
      return id;
    }) as unknown as typeof setTimeout;
    globalThis.clearTimeout = ((id?: number) => {
      if (id !== undefined) this.#timers.delete(id);
    }) as unknown as typeof clearTimeout;
  }

  /** Lets everything happen that needs no time to pass. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < TURNS; turn++) {
      await new Promise<void>((resolve) => this.#real.setTimeout(resolve, 0));
    }
  }

  /** Lets time pass until nobody waits any more. */
  async run(): Promise<void> {
    await this.settle();
    while (this.#timers.size > 0) {
      const [next] = [...this.#timers.values()].sort((a, b) => a.atMs - b.atMs);
      this.#timers.delete(next!.id);
      this.#nowMs = Math.max(this.#nowMs, next!.atMs);
      next!.run();
      await this.settle();
    }
  }

  [Symbol.dispose](): void {
    Date.now = this.#real.now;
    globalThis.setTimeout = this.#real.setTimeout;
    globalThis.clearTimeout = this.#real.clearTimeout;
  }
}
