/**
 * Entries that were deleted together, and can come back together.
 *
 * @module
 */

import { type Api, ApiError } from "./api.ts";
import type { Entry } from "./entry.ts";
import { pathOf, type Place } from "./place.ts";
import type { Undoable } from "./state.ts";

/** A deleted entry. */
interface Removed {
  readonly entry: Entry;
  /** The versions of names below it that were gone before. */
  readonly before: ReadonlySet<number>;
}

/** The part of the server that deletes and restores. */
export type RemovalApi = Pick<Api, "remove" | "createFolder" | "deletedBelow" | "restore">;

/** Deletes entries of a folder, and restores them. */
export class Removal implements Undoable {
  readonly #api: RemovalApi;
  readonly #place: Place;
  readonly #keeps: boolean;
  readonly #removed: Removed[] = [];

  /** @param keeps Whether the server keeps what is deleted. */
  constructor(api: RemovalApi, place: Place, keeps: boolean) {
    this.#api = api;
    this.#place = place;
    this.#keeps = keeps;
  }

  /** Whether there is something to restore. */
  get canUndo(): boolean {
    return this.#keeps && this.#removed.length > 0;
  }

  /** The number of entries that were deleted. */
  get count(): number {
    return this.#removed.length;
  }

  /** Deletes an entry, a folder with everything below it. @throws {ApiError} */
  async remove(entry: Entry): Promise<void> {
    const looks = this.#keeps && entry.type === "dir";
    const gone = looks ? await this.#api.deletedBelow(this.#pathOf(entry)) : [];
    await this.#api.remove(this.#place, entry);
    this.#removed.push({ entry, before: new Set(gone.map(({ rev }) => rev)) });
  }

  /**
   * Restores all of them. Folders that were empty do not come back, but for those that were deleted
   * themselves. @throws {ApiError} The first failure, which ends this.
   */
  async undo(): Promise<void> {
    while (this.#removed.length > 0) {
      const last = this.#removed.at(-1)!;
      if (last.entry.type === "dir") await this.#undoFolder(last);
      else await this.#api.restore(this.#pathOf(last.entry));
      this.#removed.pop();
    }
  }

  async #undoFolder({ entry, before }: Removed): Promise<void> {
    const gone = await this.#api.deletedBelow(this.#pathOf(entry));
    try {
      await this.#api.createFolder(this.#place, entry.name);
    } catch (error) {
      // Somebody has created it again.
      if (!(error instanceof ApiError && (error.status === 405 || error.status === 409))) {
        throw error;
      }
    }
    for (const { name, rev } of gone) if (!before.has(rev)) await this.#api.restore(name, rev);
  }

  #pathOf({ name }: Entry): string {
    return pathOf(this.#place, name);
  }
}
