/**
 * Remembers uploads in the browser's database.
 *
 * @module
 */

import type { Item } from "./item.ts";
import type { Memory, Remembered } from "./memory.ts";

/** Bytes of a file up to which the browser keeps a copy of it, and of all such copies together. */
const [MAX_KEPT_FILE_BYTES, MAX_KEPT_BYTES] = [32 * 2 ** 20, 512 * 2 ** 20];

/** Milliseconds after which uploads that have ended are forgotten. */
const REMOVE_MS = 300;

const [DATABASE, ITEMS, FILES] = ["uploads", "items", "files"];

/** The two stores: files are apart, so that a change of an upload does not write its file again. */
interface Stores {
  readonly items: IDBObjectStore;
  readonly files: IDBObjectStore;
}

/** Memory in the browser's database. */
export class BrowserMemory implements Memory {
  readonly #database: Promise<IDBDatabase | undefined> = opened();
  readonly #removed: string[] = [];
  #keptBytes = 0;
  readonly #kept = new Map<string, number>();

  /** The uploads of earlier visits. */
  async all(): Promise<readonly Remembered[]> {
    try {
      const stores = await this.#stores("readonly");
      if (stores === undefined) return [];
      const all = [
        stores.items.getAll(),
        stores.files.getAllKeys(),
        stores.files.getAll(),
      ] as const;
      const items: Item[] = await result(all[0]);
      const [ids, files] = [await result(all[1]), await result(all[2])];
      const byId = new Map<IDBValidKey, File>(ids.map((id, i) => [id, files[i]]));
      for (const item of items) {
        const file = byId.get(item.id);
        if (file !== undefined) this.#keep(item, file);
      }
      return items.map((item) => [item, byId.get(item.id)]);
    } catch {
      return [];
    }
  }

  add(added: readonly Remembered[]): void {
    void this.#write(({ items, files }) => {
      for (const [item, file] of added) {
        items.put(item);
        if (file !== undefined && this.#keep(item, file)) files.put(file, item.id);
      }
    });
  }

  #keep({ id }: Item, { size }: File): boolean {
    if (size > MAX_KEPT_FILE_BYTES || this.#keptBytes + size > MAX_KEPT_BYTES) return false;
    this.#kept.set(id, size);
    this.#keptBytes += size;
    return true;
  }

  change(item: Item): void {
    void this.#write(({ items }) => items.put(item));
  }

  /** Many small files end within a moment: they are forgotten together. */
  remove(id: string): void {
    this.#keptBytes -= this.#kept.get(id) ?? 0;
    this.#kept.delete(id);
    if (this.#removed.push(id) > 1) return;
    setTimeout(() => {
      const ids = this.#removed.splice(0);
      void this.#write(({ items, files }) => {
        for (const id of ids) {
          items.delete(id);
          files.delete(id);
        }
      });
    }, REMOVE_MS);
  }

  async #write(change: (stores: Stores) => void): Promise<void> {
    try {
      const stores = await this.#stores("readwrite");
      if (stores !== undefined) change(stores);
    } catch {
      // The user chooses the file again.
    }
  }

  async #stores(mode: IDBTransactionMode): Promise<Stores | undefined> {
    const transaction = (await this.#database)?.transaction([ITEMS, FILES], mode);
    if (transaction === undefined) return undefined;
    return { items: transaction.objectStore(ITEMS), files: transaction.objectStore(FILES) };
  }
}

/** Opens the database. A browser may have none, for example in a private window. */
async function opened(): Promise<IDBDatabase | undefined> {
  try {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(ITEMS, { keyPath: "id" });
      request.result.createObjectStore(FILES);
    };
    return await result(request);
  } catch {
    return undefined;
  }
}

function result<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
