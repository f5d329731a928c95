/**
 * The target of an upload, as the server has it.
 *
 * @module
 */

import { FtError, hasCode } from "../../../base/errors.ts";
import type { FileInfo, Files } from "../../../service/files.ts";
import { otherNames } from "../../../base/other_names.ts";

/**
 * Details of a target; `null` if it does not exist, or if the user may not see whether it does: such
 * a user learns from the commit whether the name is free.
 */
export async function findTarget(
  files: Pick<Files, "stat">,
  name: string,
  signal: AbortSignal | undefined,
): Promise<FileInfo | null> {
  try {
    return await files.stat(name, { signal });
  } catch (error) {
    if (hasCode(error, "not_found") || hasCode(error, "not_allowed")) return null;
    throw error;
  }
}

/** The first of {@linkcode otherNames} that is free. @throws `conflict` when none is. */
export async function freeTarget(
  files: Files,
  name: string,
  signal: AbortSignal | undefined,
): Promise<string> {
  for (const other of otherNames(name)) {
    if (await findTarget(files, other, signal) === null) return other;
  }
  throw new FtError("conflict", `already exists: ${name}`, { name });
}
