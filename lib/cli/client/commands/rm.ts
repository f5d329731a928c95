/**
 * `ftclient rm`.
 *
 * @module
 */

import { FtError, hasCode } from "../../../base/errors.ts";
import type { ClientContext } from "../client_context.ts";
import { forEachName } from "../for_each_name.ts";

function needsRecursive(name: string, cause?: unknown): FtError {
  const message = `is a folder: ${name}; add -r to remove it and everything in it`;
  return new FtError("usage", message, { name, cause });
}

/** Removes files, and folders with `-r`. */
export async function runRm(context: ClientContext): Promise<number> {
  const { out, values: { recursive, "dry-run": dryRun }, signal } = context;
  await using remote = await context.connect();
  const { files } = remote;
  const action = async (name: string) => {
    if (dryRun) {
      const { type } = await files.stat(name, { signal });
      if (type === "dir" && !recursive) throw needsRecursive(name);
      return out.result({ op: "rm", name, dryRun: true }, `would remove ${name}`);
    }
    await files.remove(name, { recursive, signal }).catch(async (error) => {
      if (recursive || !hasCode(error, "conflict")) throw error;
      const { type } = await files.stat(name, { signal });
      throw type === "dir" ? needsRecursive(name, error) : error;
    });
    out.report({ op: "rm", name }, `removed ${name}`);
  };
  return await forEachName(context, { files, take: recursive ? "trees" : "files", action });
}
