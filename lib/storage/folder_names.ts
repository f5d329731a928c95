/**
 * The names in folders, in order, for all listings together.
 *
 * @module
 */

import { MAX_FOLDERS_READ } from "../base/limits.ts";
import { Semaphore } from "../base/semaphore.ts";
import { raceSignal } from "../base/signals.ts";
import type { FsJail } from "./fs_jail.ts";
import type { StorePath } from "./store_path.ts";

/** Shorter lists are not worth remembering. */
const LONG_LIST = 256;

type Names = readonly string[];

interface Reading {
  readonly names: Promise<Names>;
  listeners: number;
}

/**
 * Reads the names in folders. The runtime reads a folder as a whole, so few are read at a time.
 * Listings that wait for the same folder share one reading, and listings that found the same names
 * share one list.
 */
export class FolderNames {
  readonly #jail: FsJail;
  readonly #reads = new Semaphore(MAX_FOLDERS_READ);
  /** Readings that have not begun: one that has might miss a change made before the request. */
  readonly #waiting = new Map<StorePath, Reading>();
  readonly #lists = new Map<StorePath, WeakRef<Names>>();
  readonly #unused = new FinalizationRegistry<StorePath>((dir) => {
    if (this.#lists.get(dir)?.deref() === undefined) this.#lists.delete(dir);
  });

  constructor(jail: FsJail) {
    this.#jail = jail;
  }

  /**
   * Returns the unchecked names in a folder, in order; none if it is not a folder.
   *
   * @throws The signal's reason, and `not_allowed` as {@linkcode FsJail.names}.
   */
  async of(dir: StorePath, signal?: AbortSignal): Promise<Names> {
    signal?.throwIfAborted();
    let reading = this.#waiting.get(dir);
    if (reading === undefined) {
      const begun = this.#reads.acquire();
      reading = { names: begun.then((permit) => this.#read(dir, permit)), listeners: 0 };
      this.#waiting.set(dir, reading);
    }
    reading.listeners++;
    try {
      return await raceSignal(reading.names, signal);
    } finally {
      reading.listeners--;
    }
  }

  async #read(dir: StorePath, permit: Disposable): Promise<Names> {
    using _permit = permit;
    const wanted = this.#waiting.get(dir)!.listeners > 0;
    this.#waiting.delete(dir);
    return wanted ? this.#shared(dir, (await this.#jail.names(dir)).sort()) : [];
  }

  /** Returns the list that another listing of the folder uses, if it is the same. */
  #shared(dir: StorePath, names: Names): Names {
    if (names.length < LONG_LIST) return names;
    const known = this.#lists.get(dir)?.deref();
    if (known?.length === names.length && known.every((name, i) => name === names[i])) return known;
    this.#lists.set(dir, new WeakRef(names));
    this.#unused.register(names, dir);
    return names;
  }
}
