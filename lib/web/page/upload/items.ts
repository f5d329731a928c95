/**
 * Uploads in their order, and by their state.
 *
 * @module
 */

import type { Item, ItemState } from "./item.ts";

/** Uploads. */
export class Items {
  readonly #all = new Map<string, Item>();
  readonly #byState = new Map<ItemState, Set<string>>();

  /** All uploads, in their order. */
  all(): MapIterator<Item> {
    return this.#all.values();
  }

  /** The uploads in a state, in the order in which they came into it. */
  *in(...states: readonly ItemState[]): Generator<Item> {
    for (const state of states) {
      for (const id of this.#byState.get(state) ?? []) yield this.#all.get(id)!;
    }
  }

  /** The number of uploads in some states. */
  count(...states: readonly ItemState[]): number {
    return states.reduce((sum, state) => sum + (this.#byState.get(state)?.size ?? 0), 0);
  }

  /** Returns an upload. */
  get(id: string): Item | undefined {
    return this.#all.get(id);
  }

  /** Adds an upload, or replaces it. */
  set(item: Item): void {
    const { id, state } = item;
    const before = this.#all.get(id)?.state;
    this.#all.set(id, item);
    if (before === state) return;
    if (before !== undefined) this.#byState.get(before)?.delete(id);
    const ids = this.#byState.get(state) ?? new Set();
    this.#byState.set(state, ids.add(id));
  }

  /** Removes an upload. */
  delete(id: string): void {
    const item = this.#all.get(id);
    if (item !== undefined) this.#byState.get(item.state)?.delete(id);
    this.#all.delete(id);
  }
}
