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
import type { Store } from "../storage/store.ts";
import { parentOf, ROOT, type StorePath } from "../storage/store_path.ts";
import type { Change } from "../storage/version_change.ts";
import type { Bucket } from "./bucket.ts";
import type { DigestObjects } from "./digest_objects.ts";
import type { ObjectKeys } from "./object_key.ts";
import type { ObjectVersions } from "./object_versions.ts";
import { exists, type Placing, requireNotRoot } from "./placing.ts";

/** The context of moves. */
export interface MovingContext {
  readonly bucket: Bucket;
  readonly keys: ObjectKeys;
  readonly placing: Placing;
  readonly digests: DigestObjects;
  readonly versions: Pick<ObjectVersions, "keep">;
}

/** Moves and removes. */
export class Moving {
  readonly #store: Pick<Store, "stat">;
  readonly #bucket: Bucket;
  readonly #keys: ObjectKeys;
  readonly #placing: Placing;
  readonly #digests: DigestObjects;
  readonly #versions: Pick<ObjectVersions, "keep">;

  constructor(
    store: Pick<Store, "stat">,
    { bucket, keys, placing, digests, versions }: MovingContext,
  ) {
    this.#store = store;
    this.#bucket = bucket;
    this.#keys = keys;
    this.#placing = placing;
    this.#digests = digests;
    this.#versions = versions;
  }

  /** See `Store.move`. */
  async move(
    from: StorePath,
    to: StorePath,
    replace: boolean,
    change: Change | undefined,
  ): Promise<void> {
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
    if (source.type === "file") await this.#moveFile(from, to, replaces, change);
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

  async #moveFile(
    from: StorePath,
    to: StorePath,
    replaces: boolean,
    change: Change | undefined,
  ): Promise<void> {
    const [source, target] = [this.#keys.file(from), this.#keys.file(to)];
    const replaced = replaces ? await this.#bucket.find(target, to) : null;
    const lost = await this.#versions.keep(to, replaced, "replaced", change);
    const etag = await this.#copyObject(source, target);
    await (etag === undefined ? lost.undo() : lost.done(etag));
    await this.#bucket.remove(source);
  }

  /** @returns The entity tag of the copy. */
  async #copyObject(from: string, to: string): Promise<string | undefined> {
    const found = await this.#bucket.find(from);
    // Another tool has removed it meanwhile.
    if (found === null) return undefined;
    const etag = await this.#bucket.copy(from, found, to);
    const { bytes, etag: before } = found.facts;
    const [source, target] = [from, to].map((key) => key.slice(this.#keys.prefix.length));
    this.#digests.move({ path: source!, etag: before }, { path: target!, etag }, bytes);
    return etag;
  }

  /** See `Store.remove`. */
  async remove(path: StorePath, change: Change | undefined): Promise<void> {
    requireNotRoot(path);
    const found = await this.#bucket.find(this.#keys.file(path), path);
    if (found !== null) {
      // Without a marker the folder would go with its last file.
      if (parentOf(path) !== ROOT) await this.#placing.makeFolder(parentOf(path));
      const lost = await this.#versions.keep(path, found, "removed", change);
      await this.#bucket.remove(this.#keys.file(path));
      return await lost.done();
    }
    const key = this.#keys.folder(path);
    const below = await this.#bucket.first(key, 2);
    if (below.length === 0) throw notFound(path);
    if (below.some((object) => object.key !== key)) {
      throw new FtError("conflict", `the folder is not empty: ${path}`, { name: path });
    }
    this.#placing.forget();
    await this.#bucket.remove(key);
  }
}
