/**
 * Proof that a folder stayed where it is while files were made in it.
 *
 * @module
 */

import { type Facts, look, sameFile } from "./fs_entry.ts";
import type { FsJail } from "./fs_jail.ts";
import { ROOT, steps, type StorePath } from "./store_path.ts";

/**
 * The folders along a path at one moment. Looked at again later, they say whether one of them was
 * swapped meanwhile: that changes the time of the folder above it.
 */
export class FolderProof {
  readonly #folders: readonly { readonly at: string; readonly facts: Facts }[];

  private constructor(folders: readonly { readonly at: string; readonly facts: Facts }[]) {
    this.#folders = folders;
  }

  /**
   * Looks at a folder and those above it.
   *
   * @returns `null` if one of them is no folder.
   * @throws `not_allowed` if one of them is a link, `not_found` if the root is lost.
   */
  static of(jail: FsJail, dir: StorePath): FolderProof | null {
    if (jail.look(dir)?.kind !== "dir") return null;
    const folders = [];
    for (const path of [ROOT, ...steps(dir)]) {
      const at = jail.locate(path);
      const facts = look(at);
      if (facts?.kind !== "dir") return null;
      folders.push({ at, facts });
    }
    return new FolderProof(folders);
  }

  /** Whether all folders are the same ones, and nothing in those above the last one has changed. */
  holds(): boolean {
    const last = this.#folders.length - 1;
    return this.#folders.every(({ at, facts }, i) => {
      const now = look(at);
      if (now?.kind !== "dir" || !sameFile(now, facts)) return false;
      return i === last || now.mtimeMs === facts.mtimeMs;
    });
  }
}
