/**
 * The paths that have changed in a watched folder, and which of them are quiet.
 *
 * @module
 */

import { isWithin } from "../../../base/is_within.ts";
import { MAX_WATCHED_CHANGES, WATCH_MAX_UNQUIET_MS, WATCH_QUIET_MS } from "../../../base/limits.ts";

/** When a path changed, in milliseconds of the monotonic clock. */
interface Changed {
  readonly firstMs: number;
  lastMs: number;
  /** Before which it is not tried again. */
  notBeforeMs: number;
}

/** Collects changes. A file that changes all the time delays no other. */
export class ChangedPaths {
  readonly #paths = new Map<string, Changed>();
  /** Paths that were taken, and whose attempts run. */
  readonly #busy = new Set<string>();
  #all = false;

  /** Whether the whole folder has to be looked at. */
  get all(): boolean {
    return this.#all;
  }

  /** Notes a change. */
  note(path: string, nowMs: number): void {
    const known = this.#paths.get(path);
    if (known !== undefined) known.lastMs = nowMs;
    else this.#paths.set(path, { firstMs: nowMs, lastMs: nowMs, notBeforeMs: 0 });
    if (this.#paths.size > MAX_WATCHED_CHANGES) this.noteAll();
  }

  /** Notes that anything may have changed. */
  noteAll(): void {
    this.#all = true;
    this.#paths.clear();
  }

  /** Notes that a path has to be tried again, but not at once. */
  retry(path: string, nowMs: number, waitMs: number): void {
    this.note(path, nowMs);
    const changed = this.#paths.get(path);
    if (changed !== undefined) changed.notBeforeMs = nowMs + waitMs;
  }

  /** Milliseconds until something can be taken; `Infinity` if nothing has changed. */
  waitMs(nowMs: number): number {
    if (this.#all) return this.#busy.size === 0 ? 0 : Infinity;
    let least = Infinity;
    for (const [path, changed] of this.#paths) {
      if (!this.#isBusy(path)) least = Math.min(least, dueMs(changed) - nowMs);
    }
    return Math.max(0, least);
  }

  /**
   * Takes what is due: everything if nothing else runs, or paths. They count as busy until they are
   * given back: another attempt meanwhile would send them twice.
   */
  take(nowMs: number): "all" | string[] {
    if (this.#all) {
      if (this.#busy.size > 0) return [];
      this.#all = false;
      this.#paths.clear();
      return "all";
    }
    const due: string[] = [];
    for (const [path, changed] of this.#paths) {
      if (dueMs(changed) > nowMs || this.#isBusy(path)) continue;
      due.push(path);
    }
    for (const path of due) {
      this.#paths.delete(path);
      this.#busy.add(path);
    }
    return due;
  }

  /** Gives back paths whose attempt has ended. */
  giveBack(paths: readonly string[]): void {
    for (const path of paths) this.#busy.delete(path);
  }

  /** Whether a path, one above or one below is being sent. */
  #isBusy(path: string): boolean {
    for (const busy of this.#busy) if (isWithin(busy, path) || isWithin(path, busy)) return true;
    return false;
  }
}

function dueMs({ firstMs, lastMs, notBeforeMs }: Changed): number {
  const quietMs = Math.min(lastMs + WATCH_QUIET_MS, firstMs + WATCH_MAX_UNQUIET_MS);
  return Math.max(quietMs, notBeforeMs);
}
