/**
 * Small files written to the local disk, each whole and at once.
 *
 * @module
 */

import { FtError } from "../../../base/errors.ts";
import { asFtError, codeOf } from "../../../base/os_errors.ts";
import type { SmallFile } from "../../../service/files.ts";
import { renameFileToFree } from "../../../base/atomic_name.ts";
import { removeQuietly } from "../../../base/missing_files.ts";
import { openFreshPart, partPath } from "./part_file.ts";

/**
 * Writes a small file under a name that must be free.
 *
 * @param times Whether its time and executable bit are kept.
 * @throws `conflict` when the name is taken, `disk_full`, `not_allowed`.
 */
export function writeSmallFile(target: string, file: SmallFile, times: boolean): void {
  const mode = times && file.executable ? 0o777 : 0o666;
  try {
    using part = openFreshPart(target, mode);
    try {
      for (let at = 0; at < file.bytes.length;) at += part.writeSync(file.bytes.subarray(at));
      if (times) part.utimeSync(new Date(), new Date(file.mtimeMs));
      renameFileToFree(partPath(target), target);
    } catch (error) {
      removeQuietly(partPath(target));
      throw error;
    }
  } catch (error) {
    if (error instanceof FtError) throw error;
    if (codeOf(error) !== "conflict") throw asFtError(error, `Cannot write ${target}`);
    throw new FtError("conflict", `already exists: ${target}`, { name: target, cause: error });
  }
}

/** Which names are taken, asked once for each folder. What appears later is found when written. */
export class TakenNames {
  readonly #folders = new Map<string, ReadonlySet<string>>();

  /** Whether there is something at a local path. */
  has(path: string): boolean {
    const cut = path.lastIndexOf("/") + 1;
    const folder = path.slice(0, cut) || ".";
    let names = this.#folders.get(folder);
    if (names === undefined) {
      names = namesIn(folder);
      this.#folders.set(folder, names);
    }
    return names.has(path.slice(cut));
  }
}

function namesIn(folder: string): ReadonlySet<string> {
  try {
    return new Set([...Deno.readDirSync(folder)].map(({ name }) => name));
  } catch (error) {
    if (codeOf(error) === "not_found") return new Set();
    throw asFtError(error, `Cannot read ${folder}`);
  }
}
