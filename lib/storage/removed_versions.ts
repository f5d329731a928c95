/**
 * Removes the files of versions that are no longer kept, beside other work: a large file takes a
 * while.
 *
 * @module
 */

import { asFtError, codeOf } from "../base/os_errors.ts";
import { removeQuietly } from "../base/missing_files.ts";
import { versionFolder } from "./version_name.ts";
import type { VersionPlace } from "./version_place.ts";
import type { VersionOptions } from "./version_policy.ts";
import type { KeptVersion } from "./store_versions.ts";
import { versionKey } from "./version_key.ts";

/** Removes files, one after another. */
export class RemovedVersions {
  readonly #place: VersionPlace;
  readonly #options: VersionOptions;
  #removing: Promise<void> = Promise.resolve();

  constructor(place: VersionPlace, options: VersionOptions) {
    this.#place = place;
    this.#options = options;
  }

  /** Removes the files of versions that the index has no more. */
  add(versions: readonly KeptVersion[]): void {
    if (versions.length === 0) return;
    this.#removing = this.#removing.then(() => this.#removeAll(versions));
  }

  /** Removes them at once, to make room. */
  now(versions: readonly KeptVersion[]): void {
    for (const version of versions) {
      removeQuietly(this.#place.at(version));
      this.#options.digests?.forget(versionKey(version.rev));
    }
  }

  /** Resolves when all of them are removed. */
  settled(): Promise<void> {
    return this.#removing;
  }

  async #removeAll(versions: readonly KeptVersion[]): Promise<void> {
    for (const version of versions) {
      try {
        await Deno.remove(this.#place.at(version));
      } catch (error) {
        if (codeOf(error) !== "not_found") this.#options.onFault?.(asFtError(error));
      }
      this.#options.digests?.forget(versionKey(version.rev));
    }
    // A folder with versions stays, as it is not empty.
    const folders = new Set(versions.map(({ rev }) => versionFolder(rev)));
    for (const folder of folders) removeQuietly(`${this.#place.folder}/${folder}`);
    this.#place.emptied();
  }
}
