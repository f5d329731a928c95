/**
 * Which local names are taken.
 *
 * @module
 */

import { folderOf, lastName } from "../local_path.ts";
import { isPartName } from "./part_names.ts";

interface FolderNames {
  readonly list: readonly string[];
  /** Whether one of them is a partial download. */
  readonly parts: boolean;
  /** The same as a set, which takes long to make and is not always needed. */
  names?: ReadonlySet<string>;
}

/**
 * Looks up local names, reading each folder once. Names that appear later are found when they are
 * written.
 */
export class TakenNames {
  readonly #folders = new Map<string, FolderNames>();

  /** Whether something exists at a local path. */
  has(path: string): boolean {
    const beside = this.#beside(path);
    beside.names ??= new Set(beside.list);
    return beside.names.has(lastName(path));
  }

  /** Whether partial downloads exist in the folder of a local path. */
  hasParts(path: string): boolean {
    return this.#beside(path).parts;
  }

  #beside(path: string): FolderNames {
    const folder = folderOf(path);
    let found = this.#folders.get(folder);
    if (found === undefined) {
      const list = namesIn(folder);
      found = { list, parts: list.some(isPartName) };
      this.#folders.set(folder, found);
    }
    return found;
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return Array.from(Deno.readDirSync(folder), ({ name }) => name);
  } catch {
    // There is none, or its names are found when they are written.
    return [];
  }
}
