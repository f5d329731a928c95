/**
 * Which local names are taken.
 *
 * @module
 */

import { basename, dirname } from "node:path";

/**
 * Looks up local names, reading each folder once. Names that appear later are found when they are
 * written.
 */
export class TakenNames {
  readonly #folders = new Map<string, ReadonlySet<string>>();

  /** Whether something exists at a local path. */
  has(path: string): boolean {
    const folder = dirname(path);
    let names = this.#folders.get(folder);
    if (names === undefined) {
      names = namesIn(folder);
      this.#folders.set(folder, names);
    }
    return names.has(basename(path));
  }
}

function namesIn(folder: string): ReadonlySet<string> {
  try {
    return new Set([...Deno.readDirSync(folder)].map(({ name }) => name));
  } catch {
    // There is none, or its names are found when they are written.
    return new Set();
  }
}
