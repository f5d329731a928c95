/**
 * Checks the local files to upload before anything connects.
 *
 * @module
 */

import { FtError, notFound } from "../../base/errors.ts";
import { asFtError } from "../../base/os_errors.ts";
import type { BatchOutcome } from "../../client/remote/transfer_events.ts";

/** Sources that can be uploaded, and the errors of those that cannot. */
export interface LocalSources {
  readonly good: readonly string[];
  readonly failed: BatchOutcome["failed"];
}

/** Why a source cannot be uploaded, or `null` if it can. */
async function errorOf(path: string, recursive: boolean): Promise<FtError | null> {
  try {
    const info = await Deno.stat(path);
    if (info.isDirectory && !recursive) {
      const message = `is a folder: ${path}; add -r to upload everything in it`;
      return new FtError("usage", message, { name: path });
    }
    if (!info.isDirectory && !info.isFile) {
      return new FtError("usage", `not a file: ${path}`, { name: path });
    }
    return null;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return notFound(path, error);
    return asFtError(error, `Cannot read ${path}`, path);
  }
}

/** Separates the sources that can be uploaded from those that cannot. */
export async function checkSources(
  paths: readonly string[],
  recursive: boolean,
): Promise<LocalSources> {
  const good: string[] = [];
  const failed: { name: string; error: FtError }[] = [];
  for (const path of paths) {
    const error = await errorOf(path, recursive);
    if (error === null) good.push(path);
    else failed.push({ name: path, error });
  }
  return { good, failed };
}
