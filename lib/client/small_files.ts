/**
 * Small files written to the local disk, each whole and at once.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import { asFtError, codeOf } from "../base/os_errors.ts";
import { rootOf } from "../blocks/manifest.ts";
import { blockDigest } from "../blocks/manifest.ts";
import type { SmallFile } from "../service/files.ts";
import { renameFileToFree } from "../storage/atomic_name.ts";

/** The root of content of at most one block. */
export function smallRoot(bytes: Uint8Array): string {
  return bytes.length === 0
    ? rootOf(new Uint8Array(), 0)
    : rootOf(blockDigest(bytes), bytes.length);
}

/**
 * Writes a small file under a name that must be free.
 *
 * @param times Whether its time and executable bit are kept.
 * @throws `conflict` when the name is taken, `disk_full`, `not_allowed`.
 */
export function writeSmallFile(target: string, file: SmallFile, times: boolean): void {
  const cut = target.lastIndexOf("/") + 1;
  const temporary = `${target.slice(0, cut)}.ft-${crypto.randomUUID()}`;
  try {
    const mode = times && file.executable ? 0o777 : 0o666;
    Deno.writeFileSync(temporary, file.bytes, { createNew: true, mode });
    if (times) Deno.utimeSync(temporary, new Date(), new Date(file.mtimeMs));
    renameFileToFree(temporary, target);
  } catch (error) {
    removeIfThere(temporary);
    if (codeOf(error) !== "conflict") throw asFtError(error, `Cannot write ${target}`);
    throw new FtError("conflict", `already exists: ${target}`, { name: target, cause: error });
  }
}

function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // Either it was never made, or the error on its way says why nothing works here.
  }
}
