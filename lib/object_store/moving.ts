/**
 * Moves and removals in an object store. It can rename nothing, so each object is copied inside the
 * store, and then removed: another reader may see both names, or parts of a folder under each.
 *
 * @module
 */

import { FtError, notFound } from "../base/errors.ts";
import { isWithin } from "../base/is_within.ts";
import { OBJECTS_MOVED_AT_ONCE } from "../base/limits.ts";
import { forEachBounded } from "../base/pipeline.ts";
import type { Store, StoreEntry } from "../storage/store.ts";
import { parentOf, ROOT, type StorePath } from "../storage/store_path.ts";
import type { Bucket } from "./bucket.ts";
import { etagIn } from "./digest_key.ts";
import type { DigestObjects } from "./digest_objects.ts";
import type { ObjectKeys } from "./object_key.ts";
import { exists, type Placing, requireNotRoot } from "./placing.ts";

/** The context of moves. */
export interface MovingContext {
  readonly bucket: Bucket;
  readonly keys: ObjectKeys;
  readonly placing: Placing;
  readonly digests: DigestObjects;
}

/** Moves and removes. */
export class Moving {
  readonly #store: Pick<Store, "stat">;
  readonly #bucket: Bucket;
  readonly #keys: ObjectKeys;
  readonly #placing: Placing;
  readonly #digests: DigestObjects;

  constructor(store: Pick<Store, "stat">, { bucket, keys, placing, digests }: MovingContext) {
    this.#store = store;
    this.#bucket = bucket;
    this.#keys = keys;
    this.#placing = placing;
    this.#digests = digests;
  }

  /** See `Store.move`. */
  async move(from: StorePath, to: StorePath, replace: boolean): Promise<void> {
    requireNotRoot(from);
    requireNotRoot(to);
    const [source, target, folder] = await Promise.all(
      [from, to, parentOf(to)].map((path) => this.#store.stat(path)),
    );
    if (source === null || source === undefined) throw notFound(from);
    if (isWithin(from, to)) {
      throw new FtError("conflict", `cannot move ${from} into itself: ${to}`, { name: to });
    }
    if (folder?.type !== "dir") throw notFound(parentOf(to));
    const replaces = replace && source.type === "file" && target?.type === "file";
    if (target !== null && !replaces) throw exists(to);
    if (source.type === "file") await this.#moveObject(this.#keys.file(from), this.#keys.file(to));
    else await this.#moveFolder(from, to);
    this.#placing.forget();
    await this.#placing.makeFolder(parentOf(from));
  }

  async #moveFolder(from: StorePath, to: StorePath): Promise<void> {
    const [source, target] = [this.#keys.folder(from), this.#keys.folder(to)];
    const keys: string[] = [];
    for await (const page of this.#bucket.pages({ prefix: source, flat: true })) {
      keys.push(...page.map(({ key }) => key));
    }
    // All are copied before the first is removed: a failure leaves the folder where it was.
    await forEachBounded(keys, OBJECTS_MOVED_AT_ONCE, async (key) => {
      await this.#copyObject(key, target + key.slice(source.length));
    });
    await this.#bucket.removeMany(keys);
  }

  async #moveObject(from: string, to: string): Promise<void> {
    await this.#copyObject(from, to);
    await this.#bucket.remove(from);
  }

  async #copyObject(from: string, to: string): Promise<void> {
    const found = await this.#bucket.find(from);
    // Another tool has removed it meanwhile.
    if (found === null) return;
    const etag = await this.#bucket.copy(from, found, to);
    const { bytes, etag: before } = found.facts;
    const [source, target] = [from, to].map((key) => key.slice(this.#keys.prefix.length));
    this.#digests.move({ path: source!, etag: before }, { path: target!, etag }, bytes);
  }

  /** See `Store.remove`. */
  async remove(path: StorePath): Promise<void> {
    requireNotRoot(path);
    const entry: StoreEntry | null = await this.#store.stat(path);
    if (entry === null) throw notFound(path);
    if (entry.type === "file") {
      // Without a marker the folder would go with its last file.
      if (parentOf(path) !== ROOT) await this.#placing.makeFolder(parentOf(path));
      await this.#bucket.remove(this.#keys.file(path));
      return this.#digests.drop({ path, etag: etagIn(entry.revision) ?? "" }, entry.bytes);
    }
    const key = this.#keys.folder(path);
    const below = await this.#bucket.first(key, 2);
    if (below.some((object) => object.key !== key)) {
      throw new FtError("conflict", `the folder is not empty: ${path}`, { name: path });
    }
    this.#placing.forget();
    await this.#bucket.remove(key);
  }
}
