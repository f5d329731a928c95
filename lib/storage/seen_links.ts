/**
 * Links that were seen where a path has a folder. Many belong there, and are never followed. Others
 * are folders that a local user swaps, so changes below any of them are checked with more effort.
 *
 * @module
 */

import { steps, type StorePath } from "./store_path.ts";

/** Milliseconds that a link counts after it was last seen. */
const REMEMBERED_MS = 60_000;
/** Links that are remembered; the one that was seen first is forgotten first. */
const MAX_LINKS = 1000;

/** Remembers paths that were links for a while. */
export class SeenLinks {
  readonly #seen = new Map<StorePath, number>();

  /** Remembers a path. */
  add(path: StorePath): void {
    this.#seen.delete(path);
    this.#seen.set(path, performance.now());
    if (this.#seen.size > MAX_LINKS) this.#seen.delete(this.#seen.keys().next().value!);
  }

  /** Whether the path, or one above it, was a link not long ago. */
  above(path: StorePath): boolean {
    if (this.#seen.size === 0) return false;
    const sinceMs = performance.now() - REMEMBERED_MS;
    return steps(path).some((at) => (this.#seen.get(at) ?? -Infinity) > sinceMs);
  }
}
