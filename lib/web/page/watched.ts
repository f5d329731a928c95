/**
 * A state that is watched.
 *
 * @module
 */

/** A state, and those that draw it. */
export class Watched<T> {
  readonly #watchers = new Set<(state: T) => void>();
  #state: T;

  constructor(state: T) {
    this.#state = state;
  }

  /** The state now. */
  get state(): T {
    return this.#state;
  }

  /** Calls a function after each change. @returns Ends this. */
  watch(watcher: (state: T) => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** Changes the state. */
  protected change(state: T): void {
    this.#state = state;
    for (const watcher of this.#watchers) watcher(state);
  }
}
