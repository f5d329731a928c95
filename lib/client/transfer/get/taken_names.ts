/**
 * Which local names are taken.
 *
 * @module
 */

import { folderOf, lastName } from "../local_path.ts";
import { isPartName } from "./part_names.ts";

interface FolderNames {
  readonly names: ReadonlySet<string>;
  /** Whether one of them is a partial download. */
  readonly parts: boolean;
}

/**
 * Looks up local names, reading each folder once. Names that appear later are found when they are
 * written.
 */
export class TakenNames {
  readonly #folders = new Map<string, FolderNames>();

  /** Whether something exists at a local path. */
  has(path: string): boolean {
    return this.#beside(path).names.has(lastName(path));
  }

  /** Whether partial downloads exist in the folder of a local path. */
  hasParts(path: string): boolean {
    return this.#beside(path).parts;
  }

  #beside(path: string): FolderNames {
    const folder = folderOf(path);
    let found = this.#folders.get(folder);
    if (found === undefined) {
      const names = namesIn(folder);
      found = { names, parts: [...names].some(isPartName) };
      this.#folders.set(folder, found);
    }
    return found;
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
