/**
 * The bytes of versions below folders.
 *
 * @module
 */

import { isWithinAnyCase } from "../base/fold_case.ts";
import type { KeptVersion } from "./store_versions.ts";
import type { StorePath } from "./store_path.ts";

/** Bytes of versions with the same name. */
export type NamedBytes = Pick<KeptVersion, "path" | "bytes">;

/** Counts each folder once, and follows the changes from then on. */
export class VersionSums {
  readonly #all: () => Iterable<NamedBytes>;
  /** Folders that somebody asked for; their number is that of the rules with a quota. */
  readonly #sums = new Map<StorePath, number>();

  /** @param all Reads what is kept. */
  constructor(all: () => Iterable<NamedBytes>) {
    this.#all = all;
  }

  /** Bytes of all versions of names at a path and below it, in any spelling. */
  below(folder: StorePath): number {
    let sum = this.#sums.get(folder);
    if (sum === undefined) {
      sum = 0;
      for (const { path, bytes } of this.#all()) if (isWithinAnyCase(folder, path)) sum += bytes;
      this.#sums.set(folder, sum);
    }
    return sum;
  }

  /** Versions have come, or have gone with a `sign` of -1. */
  changed(versions: readonly NamedBytes[], sign: 1 | -1): void {
    for (const [folder, sum] of this.#sums) {
      const within = versions.filter(({ path }) => isWithinAnyCase(folder, path));
      this.#sums.set(folder, within.reduce((total, { bytes }) => total + sign * bytes, sum));
    }
  }
}
