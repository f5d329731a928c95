/**
 * `ftclient restore`.
 *
 * @module
 */

import { hasCode } from "../../../base/errors.ts";
import type { FileVersions } from "../../../service/files.ts";
import type { ClientContext } from "../client_context.ts";
import { forEachMatch } from "../for_each_name.ts";

/** Gives names the content of a version: files, and folders that are gone. */
export async function runRestore(context: ClientContext): Promise<number> {
  const { args, values: { rev }, out, signal } = context;
  await using remote = await context.connect();
  const { versions } = remote;
  const restore = async (name: string) => {
    const { bytes, root } = await versions.restore(name, { rev, signal });
    out.report({ op: "restore", name, rev, bytes, root }, `restored ${name}`);
  };
  return await forEachMatch(context, args.map((name) => ({ name })), async (name) => {
    try {
      await restore(name);
    } catch (error) {
      if (rev !== undefined || !hasCode(error, "not_found")) throw error;
      const below = await namesBelow(versions, name, signal);
      if (below.length === 0) throw error;
      for (const path of below) await restore(path);
    }
  });
}

/** The files that were removed from a folder. They are listed before any of them is restored. */
async function namesBelow(
  versions: FileVersions,
  folder: string,
  signal: AbortSignal,
): Promise<string[]> {
  const names: string[] = [];
  for await (const entry of versions.deleted(folder, { recursive: true, signal })) {
    if (entry.type === "file") names.push(entry.version.path);
  }
  return names;
}
