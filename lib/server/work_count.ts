/**
 * How much is under way, for those who wait until nothing is.
 *
 * @module
 */

/** Counts pieces of work. */
export class WorkCount {
  #count = 0;
  #waiting: (() => void)[] = [];

  /** Pieces under way. */
  get count(): number {
    return this.#count;
  }

  /** Begins a piece; disposing ends it. */
  begin(): Disposable {
    this.#count++;
    return { [Symbol.dispose]: () => this.#end() };
  }

  #end(): void {
    if (--this.#count > 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }

  /**
   * Waits until nothing is under way.
   *
   * @param timeoutMs Milliseconds after which it gives up waiting.
   * @returns Whether it came to rest.
   */
  idle(timeoutMs: number): Promise<boolean> {
    if (this.#count === 0) return Promise.resolve(true);
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), timeoutMs);
      this.#waiting.push(() => {
        clearTimeout(timer);
        resolve(true);
      });
    });
  }
}
