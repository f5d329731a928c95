/**
 * The versions of a store in a folder, as others see them.
 *
 * @module
 */

import type { FsNaming } from "./fs_naming.ts";
import type { KeptVersions } from "./kept_versions.ts";
import type { StoredFile, StoreEntry } from "./store.ts";
import type { StorePath } from "./store_path.ts";
import type { Change } from "./version_change.ts";
import type { KeptVersion, StoreVersions, VersionFolder } from "./store_versions.ts";

/** See {@linkcode StoreVersions}. */
export class FsVersions implements StoreVersions {
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

  of(path: StorePath): KeptVersion[] {
    return this.#kept.of(path);
  }

  find(rev: number): KeptVersion | null {
    return this.#kept.find(rev);
  }

  newestIn(folder: StorePath, limit: number, after?: string): KeptVersion[] {
    return this.#kept.newestIn(folder, limit, after);
  }

  foldersIn(folder: StorePath, limit: number, after?: string): VersionFolder[] {
    return this.#kept.foldersIn(folder, limit, after);
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

  expire(): void {
    this.#kept.expire();
  }
}
