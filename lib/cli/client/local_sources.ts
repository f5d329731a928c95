/**
 * What the user wants to upload, looked at before anything is connected.
 *
 * @module
 */

import { FtError, notFound } from "../../base/errors.ts";
import { asFtError } from "../../base/os_errors.ts";
import type { BatchOutcome } from "../../client/remote/transfer_events.ts";

/** Sources that can be sent, and those that cannot. */
export interface LocalSources {
  readonly good: readonly string[];
  readonly failed: BatchOutcome["failed"];
}

/** Why a source cannot be sent, or `null`. */
async function faultOf(path: string, recursive: boolean): Promise<FtError | null> {
  try {
    const info = await Deno.stat(path);
    if (info.isDirectory && !recursive) {
      return new FtError("usage", `is a folder: ${path}; add -r to upload it with all below`, {
        name: path,
      });
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

/** Sorts the sources into those that are there to be sent, and those that are not. */
export async function checkSources(
  paths: readonly string[],
  recursive: boolean,
): Promise<LocalSources> {
  const good: string[] = [];
  const failed: { name: string; error: FtError }[] = [];
  for (const path of paths) {
    const error = await faultOf(path, recursive);
    if (error === null) good.push(path);
    else failed.push({ name: path, error });
  }
  return { good, failed };
}
