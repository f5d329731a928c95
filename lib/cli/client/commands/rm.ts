/**
 * `ftclient rm`.
 *
 * @module
 */

import { FtError, hasCode } from "../../../base/errors.ts";
import type { Remote } from "../../../client/remote/remote.ts";
import type { ClientContext } from "../client_context.ts";
import { forEachMatch, forEachName } from "../for_each_name.ts";

function needsRecursive(name: string, cause?: unknown): FtError {
  const message = `is a folder: ${name}; add -r to remove it and everything in it`;
  return new FtError("usage", message, { name, cause });
}

/** Removes files, and folders with `-r`. */
export async function runRm(context: ClientContext): Promise<number> {
  const { args, out, values, signal } = context;
  const { recursive, "dry-run": dryRun, rev } = values;
  if (rev !== undefined && !values.forever) {
    throw new FtError("usage", "rm --rev needs --forever", { name: "rev" });
  }
  await using remote = await context.connect();
  const { files } = remote;
  if (values.forever) {
    const matches = args.map((name) => ({ name }));
    return await forEachMatch(context, matches, (name) => removeForever(context, remote, name));
  }
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

/** Removes the versions of a name, or one of them, and before all of them the file. */
async function removeForever(
  { out, values: { rev, "dry-run": dryRun }, signal }: ClientContext,
  { files, versions }: Remote,
  name: string,
): Promise<void> {
  const all = await versions.of(name, { signal });
  const chosen = all.filter((version) => rev === undefined || version.rev === rev);
  const info = rev === undefined ? await files.stat(name, { signal }).catch(missing) : null;
  if (info?.type === "dir") {
    throw new FtError("usage", `is a folder: ${name}; --forever removes files`, { name });
  }
  if (dryRun) {
    const what = { op: "rm", name, rev, forever: true, versions: chosen.length, dryRun: true };
    return out.result(what, `would remove ${name} and ${countOf(chosen.length)} for good`);
  }
  // Without the right to it, nothing is removed.
  if (all.length > 0 || info === null) await versions.forget(name, { rev, signal });
  if (info !== null) {
    await files.remove(name, { signal });
    // The server may have kept nothing of it.
    await versions.forget(name, { signal }).catch(missing);
  }
  out.report({ op: "rm", name, rev, forever: true }, `removed ${name} for good`);
}

function missing(error: unknown): null {
  if (hasCode(error, "not_found")) return null;
  throw error;
}

function countOf(versions: number): string {
  return versions === 1 ? "1 version" : `${versions} versions`;
}
