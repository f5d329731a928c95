/**
 * The names in folders, in order, for all listings together.
 *
 * @module
 */

import { MAX_FOLDERS_READ } from "../base/limits.ts";
import { Semaphore } from "../base/semaphore.ts";
import { raceSignal } from "../base/signals.ts";
import type { FolderList } from "./folders.ts";
import type { FsJail } from "./fs_jail.ts";
import type { StorePath } from "./store_path.ts";

/** Shorter lists are not worth remembering. */
const LONG_LIST = 256;

type Names = readonly string[];

/** The contents of a folder, with the names in order. */
type Listed = Pick<FolderList, "others"> & { readonly names: Names };

interface Reading {
  readonly list: Promise<Listed>;
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
   * Returns what is in a folder; nothing if it is not a folder.
   *
   * @throws The signal's reason, and `not_allowed` as {@linkcode FsJail.children}.
   */
  async of(dir: StorePath, signal?: AbortSignal): Promise<Listed> {
    signal?.throwIfAborted();
    let reading = this.#waiting.get(dir);
    if (reading === undefined) {
      const begun = this.#reads.acquire();
      reading = { list: begun.then((permit) => this.#read(dir, permit)), listeners: 0 };
      this.#waiting.set(dir, reading);
    }
    reading.listeners++;
    try {
      return await raceSignal(reading.list, signal);
    } finally {
      reading.listeners--;
    }
  }

  async #read(dir: StorePath, permit: Disposable): Promise<Listed> {
    using _permit = permit;
    const wanted = this.#waiting.get(dir)!.listeners > 0;
    this.#waiting.delete(dir);
    if (!wanted) return { names: [], others: new Map() };
    const { names, others } = await this.#jail.children(dir);
    return { names: this.#shared(dir, names.sort()), others };
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
