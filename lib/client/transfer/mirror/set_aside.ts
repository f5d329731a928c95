/**
 * A folder beside the target of a mirror, with what was removed from that.
 *
 * @module
 */

import { basename, dirname, resolve } from "../../../base/path_rules.ts";
import { FtError } from "../../../base/errors.ts";
import { MAX_RENAME_TRIES } from "../../../base/limits.ts";
import { removeQuietly } from "../../../base/missing_files.ts";
import { asFtError, codeOf } from "../../../base/os_errors.ts";
import type { Facts } from "../../../storage/fs_entry.ts";
import { makeFolder } from "../../../storage/folders.ts";
import { PERMISSION_BITS } from "../../../storage/permission_bits.ts";
import { folderOf, localJoin } from "../local_path.ts";

/** Takes files and folders out of a folder, and keeps them. */
export class SetAside implements Disposable {
  readonly #top: string;
  /** The folder that keeps them. */
  readonly folder: string;
  readonly #made = new Set<string>();

  private constructor(top: string, folder: string) {
    this.#top = top;
    this.folder = folder;
  }

  /**
   * Creates a folder beside another, such as `photos.deleted-2026-01-31T12-00-00`.
   *
   * @throws If that is not possible; the message names the way without it.
   */
  static beside(top: string): SetAside {
    const named = basename(top) === "." || basename(top) === ".." ? resolve(top) : top;
    if (dirname(resolve(top)) === resolve(top)) {
      throw new FtError("conflict", `no folder can be beside ${top} (see --delete=forever)`);
    }
    const dated = `${named.replace(/\/+$/, "")}.deleted-${stamp(new Date())}`;
    try {
      const mode = (Deno.statSync(top).mode ?? 0o777) & PERMISSION_BITS;
      for (let n = 1; n <= MAX_RENAME_TRIES; n++) {
        const folder = n === 1 ? dated : `${dated}-${n}`;
        if (makeFolder(folder, mode)) return new SetAside(top, folder);
      }
    } catch (error) {
      const doing = `Cannot create ${dated} for what is removed (see --delete=forever)`;
      throw asFtError(error, doing);
    }
    throw new FtError("conflict", `already exists: ${dated}`, { name: dated });
  }

  /**
   * Moves a file to where it is kept; of a folder, which must be empty, only its name is.
   *
   * @param dir The facts of a folder; `undefined` for anything else.
   * @returns Where it is kept now.
   * @throws What the operating system reports.
   */
  take(path: string, dir: Facts | undefined): string {
    const kept = this.#keptPath(path);
    if (dir !== undefined) {
      Deno.removeSync(path);
      this.#make(kept, dir.mode);
      return kept;
    }
    this.#makeAbove(path, kept);
    try {
      Deno.renameSync(path, kept);
    } catch (error) {
      if (codeOf(error) !== "internal") throw error;
      const why = "it may be on another disk; see --delete=forever";
      throw new FtError("internal", `Cannot move ${path} to ${kept} (${why})`, { cause: error });
    }
    return kept;
  }

  #keptPath(path: string): string {
    const start = this.#top === "." ? 0 : this.#top.replace(/\/+$/, "").length + 1;
    return localJoin(this.folder, path.slice(start));
  }

  /** Creates the folders around a path, as private as those that they stand for. */
  #makeAbove(path: string, kept: string): void {
    const [above, folder] = [folderOf(path), folderOf(kept)];
    if (folder === this.folder || this.#made.has(folder)) return;
    this.#makeAbove(above, folder);
    this.#make(folder, Deno.lstatSync(above).mode ?? 0o777);
  }

  #make(folder: string, mode: number): void {
    try {
      makeFolder(folder, mode & PERMISSION_BITS);
    } catch (error) {
      throw asFtError(error, `Cannot create ${folder}`, folder);
    }
    this.#made.add(folder);
  }

  /** Removes the folder, if nothing was moved to it. */
  [Symbol.dispose](): void {
    if (this.#made.size === 0) removeQuietly(this.folder);
  }
}

/** A moment in local time, as a part of a name on every system. */
function stamp(date: Date): string {
  const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19).replaceAll(":", "-");
}
