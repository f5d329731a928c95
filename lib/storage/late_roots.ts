/**
 * Roots that are written to a cache some time later, together.
 *
 * @module
 */

import { MAX_BATCH_FILES, MAX_ROOTS_UNWRITTEN, ROOTS_WRITE_DELAY_MS } from "../base/limits.ts";
import type { FileVersion, VersionRoot } from "./digest_table.ts";

/** Collects roots, so that remembering does not delay the requests that found them. */
export class LateRoots implements Disposable {
  readonly #write: (rows: readonly VersionRoot[]) => void;
  readonly #rows = new Map<string, VersionRoot>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param write Writes some of them. Must not throw. */
  constructor(write: (rows: readonly VersionRoot[]) => void) {
    this.#write = write;
  }

  /** Returns the root of a version, if it waits to be written. */
  get({ path, revision }: FileVersion): string | undefined {
    const row = this.#rows.get(path);
    return row?.revision === revision ? row.root : undefined;
  }

  /** Adds a root. */
  add(row: VersionRoot): void {
    this.#rows.set(row.path, row);
    if (this.#rows.size > MAX_ROOTS_UNWRITTEN) this.#writeSome();
    this.#timer ??= this.#writeIn(ROOTS_WRITE_DELAY_MS);
  }

  /** Discards the root of a path. */
  delete(path: string): void {
    this.#rows.delete(path);
  }

  /** Discards all of them. */
  clear(): void {
    this.#rows.clear();
  }

  /** Writes all of them. */
  flush(): void {
    while (this.#rows.size > 0) this.#writeSome();
  }

  // A few at a time, so that other work on the event loop gets its turn.
  #writeIn(ms: number): ReturnType<typeof setTimeout> {
    const timer = setTimeout(() => {
      this.#writeSome();
      this.#timer = this.#rows.size === 0 ? undefined : this.#writeIn(0);
    }, ms);
    Deno.unrefTimer(timer);
    return timer;
  }

  #writeSome(): void {
    const rows = this.#rows.values().take(MAX_BATCH_FILES).toArray();
    for (const { path } of rows) this.#rows.delete(path);
    if (rows.length > 0) this.#write(rows);
  }

  /** Writes the rest. */
  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.flush();
  }
}
