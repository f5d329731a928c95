/**
 * Folders that cannot be created, and what is below them.
 *
 * @module
 */

/** Remembers folders that cannot be created, so that only they are reported, not what is below. */
export class BlockedFolders {
  readonly #folders = new Set<string>();

  /** Records a folder. */
  add(folder: string): void {
    this.#folders.add(folder);
  }

  /** Whether a path is such a folder or below one. */
  has(path: string): boolean {
    if (this.#folders.size === 0) return false;
    for (let end = path.length; end > 0; end = path.lastIndexOf("/", end - 1)) {
      if (this.#folders.has(path.slice(0, end))) return true;
    }
    return this.#folders.has("/");
  }
}
