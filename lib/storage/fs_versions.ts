/**
 * The versions of a store in a folder, as others see them.
 *
 * @module
 */

import { VERSIONS_PAGE } from "../base/limits.ts";
import type { FsNaming } from "./fs_naming.ts";
import type { KeptVersions } from "./kept_versions.ts";
import type { StoredFile, StoreEntry } from "./store.ts";
import type { StorePath } from "./store_path.ts";
import type { Change } from "./version_change.ts";
import type {
  CountedVersions,
  KeptVersion,
  StoreVersions,
  VersionFolder,
} from "./store_versions.ts";

/** See {@linkcode StoreVersions}. */
export class FsVersions implements StoreVersions, CountedVersions {
  readonly #kept: KeptVersions;
  readonly #naming: FsNaming;
  readonly #settled: (path: StorePath) => Promise<void>;

  /** @param settled Waits until no journal would restore an old version of a name. */
  constructor(
    kept: KeptVersions,
    naming: FsNaming,
    settled: (path: StorePath) => Promise<void>,
  ) {
    this.#kept = kept;
    this.#naming = naming;
    this.#settled = settled;
  }

  get keeps(): boolean {
    return this.#kept.keeps;
  }

  // deno-lint-ignore require-await
  async of(path: StorePath): Promise<KeptVersion[]> {
    return this.#kept.of(path);
  }

  // deno-lint-ignore require-await
  async find(path: StorePath, rev: number): Promise<KeptVersion | null> {
    const version = this.#kept.find(rev);
    return version?.path === path ? version : null;
  }

  newestIn(folder: StorePath): AsyncIterable<KeptVersion> {
    return paged((after) => this.#kept.newestIn(folder, VERSIONS_PAGE, after));
  }

  foldersIn(folder: StorePath): AsyncIterable<VersionFolder> {
    return paged((after) => this.#kept.foldersIn(folder, VERSIONS_PAGE, after));
  }

  bytesBelow(folder: StorePath): number {
    return this.#kept.bytesBelow(folder);
  }

  growth(path: StorePath, bytes: number, restored?: KeptVersion): number {
    return this.#kept.growth(path, bytes, restored);
  }

  open(version: KeptVersion): Promise<StoredFile | null> {
    return this.#kept.open(version);
  }

  async restore(version: KeptVersion, replace: boolean, change?: Change): Promise<StoreEntry> {
    await this.#settled(version.path);
    return await this.#naming.restore(version, replace, change);
  }

  forget(version: KeptVersion): Promise<void> {
    return this.#kept.forget(version);
  }

  makeRoom(bytes: number): boolean {
    return this.#kept.makeRoom(bytes);
  }

  // deno-lint-ignore require-await
  async expire(): Promise<void> {
    this.#kept.expire();
  }
}

/** Looks names up a page at a time, as far as they are consumed. */
async function* paged<T extends { readonly path: StorePath }>(
  next: (after: string | undefined) => readonly T[],
): AsyncGenerator<T> {
  let after: string | undefined;
  while (true) {
    const page = next(after);
    yield* page;
    if (page.length < VERSIONS_PAGE) return;
    const last = page.at(-1)!.path;
    after = last.slice(last.lastIndexOf("/") + 1);
  }
}
