/**
 * `ftclient rm`.
 *
 * @module
 */

import { FtError, hasCode } from "../../../base/errors.ts";
import type { ClientContext } from "../client_context.ts";
import { eachName } from "../each_name.ts";

function folderNeedsR(name: string, cause: unknown): FtError {
  return new FtError("usage", `is a folder: ${name}; add -r to remove it with all below`, {
    name,
    cause,
  });
}

/** Removes. */
export async function runRm(context: ClientContext): Promise<number> {
  const { out, values: { recursive }, signal } = context;
  await using remote = await context.connect();
  return await eachName(context, async (name) => {
    await remote.files.remove(name, { recursive, signal }).catch(async (error) => {
      if (recursive || !hasCode(error, "conflict")) throw error;
      const { type } = await remote.files.stat(name, { signal });
      throw type === "dir" ? folderNeedsR(name, error) : error;
    });
    if (out.json) out.object({ op: "rm", name });
    else out.notice(`removed ${name}`);
  });
}
