/**
 * Changes of the folder that a client has open, several of them in one event.
 *
 * @module
 */

import { CHANGES_DELAY_MS, MAX_CHANGED_NAMES } from "../../base/limits.ts";
import { delay } from "../../base/signals.ts";
import type { FolderChange, Login } from "../../dialects/dialect.ts";

/** Changes in a folder. */
export interface Changes {
  /** The folder's path. */
  readonly folder: string;
  /** Names in it that are new or have changed, itself or below. */
  readonly changed?: readonly string[];
  /** Names in it that are gone. */
  readonly removed?: readonly string[];
  /** Whether so much has changed that the folder has to be listed again. */
  readonly all?: true;
  /** Whether the folder itself is gone. */
  readonly gone?: true;
}

/** Watches a folder until it is disposed. */
export class FolderChanges implements Disposable {
  readonly #emit: (changes: Changes) => void;
  readonly #watching: Disposable;
  readonly #disposed = new AbortController();
  /** By name: whether it is gone. */
  #pending = new Map<string, boolean>();

  /** @param emit Called with the changes of each {@linkcode CHANGES_DELAY_MS}. */
  constructor(
    login: Pick<Login, "watch">,
    readonly folder: string,
    emit: (changes: Changes) => void,
  ) {
    this.#emit = emit;
    this.#watching = login.watch(folder, (change) => this.#add(change));
  }

  #add({ name, removed }: FolderChange): void {
    if (this.#pending.size === 0) {
      delay(CHANGES_DELAY_MS, this.#disposed.signal).then(() => this.#flush(), () => {});
    }
    // One more than fits shows that there were too many.
    if (this.#pending.size <= MAX_CHANGED_NAMES) this.#pending.set(name, removed);
  }

  #flush(): void {
    const names = [...this.#pending];
    this.#pending = new Map();
    const { folder } = this;
    if (names.some(([name]) => name === ".")) return this.#emit({ folder, gone: true });
    if (names.length > MAX_CHANGED_NAMES) return this.#emit({ folder, all: true });
    const of = (gone: boolean) => names.filter(([, removed]) => removed === gone).map(([n]) => n);
    this.#emit({ folder, changed: of(false), removed: of(true) });
  }

  [Symbol.dispose](): void {
    this.#disposed.abort();
    this.#watching[Symbol.dispose]();
  }
}
