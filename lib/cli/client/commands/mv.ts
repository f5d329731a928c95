/**
 * `ftclient mv`.
 *
 * @module
 */

import { basename } from "@std/path/posix/basename";
import { FtError, hasCode } from "../../../base/errors.ts";
import { matchedNames } from "../../../client/transfer/matched_names.ts";
import type { CallOptions, Files } from "../../../service/files.ts";
import type { ClientContext } from "../client_context.ts";
import { forEachMatch } from "../for_each_name.ts";

/**
 * The new path of a moved file. The root, and a target that ends with a slash, are folders to move it
 * into.
 */
export function moveTarget(from: string, to: string): string {
  if (to === "." || to === "/") return basename(from);
  return to.endsWith("/") ? to + basename(from) : to;
}

/**
 * Whether what a pattern matches is moved into the target, which then is a folder.
 *
 * @throws `usage` when several names match and the target is no folder.
 */
async function isMoveInto(files: Files, to: string, count: number, call: CallOptions) {
  if (to.endsWith("/")) return true;
  const info = await files.stat(to, call).catch((error) => {
    if (hasCode(error, "not_found")) return null;
    throw error;
  });
  if (info?.type === "dir") return true;
  if (count === 1) return false;
  const message = `not a folder: ${to}; ${count} names match, which only a folder can take`;
  throw new FtError("usage", message, { name: to });
}

/** Renames or moves a file or folder, or all that matches a pattern into a folder. */
export async function runMv(context: ClientContext): Promise<number> {
  const { args: [typed, to], values: { "dry-run": dryRun }, out, signal } = context;
  await using remote = await context.connect();
  const { files } = remote;
  const matches = await matchedNames(files, [typed!], { take: "trees", signal });
  const isPattern = matches.some((match) => "info" in match);
  const isInto = isPattern && await isMoveInto(files, to!, matches.length, { signal });
  const target = isInto ? `${to!.replace(/\/+$/, "")}/` : to!;
  const action = async (from: string) => {
    const to = moveTarget(from, target);
    const object = { op: "mv", name: from, to };
    if (dryRun) {
      await files.stat(from, { signal });
      return out.result({ ...object, dryRun }, `would move ${from} -> ${to}`);
    }
    await files.move(from, to, { signal });
    out.report(object, `moved ${from} -> ${to}`);
  };
  return await forEachMatch(context, matches, action);
}
