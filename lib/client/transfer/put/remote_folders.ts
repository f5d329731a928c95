/**
 * Creates the folders of an upload on the server.
 *
 * @module
 */

import { hasCode } from "../../../base/errors.ts";
import { BATCH_WIDTH } from "../../../base/limits.ts";
import { forEachBounded } from "../../../base/pipeline.ts";
import type { BatchRun } from "../batch_run.ts";
import { BlockedFolders } from "../blocked_folders.ts";

/** A folder on the server. */
export interface RemoteFolder {
  readonly name: string;
  /** Permission bits, if it is new. */
  readonly mode: number | undefined;
  /** Whether no file is uploaded below it, so that nothing else creates it. */
  readonly empty: boolean;
}

/**
 * Creates folders, those above before those below. Folders with files are created only for their
 * permission bits; where that fails, the uploads below report the reason, unless a file is in the
 * way of all of them.
 *
 * @returns The folders that cannot exist.
 */
export async function createRemoteFolders(
  run: BatchRun,
  folders: readonly RemoteFolder[],
): Promise<BlockedFolders> {
  const { signal, options: { times } } = run.context;
  const blocked = new BlockedFolders();
  const create = async ({ name, mode, empty }: RemoteFolder) => {
    if (blocked.has(name)) return;
    const made = run.link.use(({ files }) =>
      files.mkdir(name, { mode: times ? mode : undefined, signal })
    );
    await made.catch((error) => {
      const inTheWay = hasCode(error, "conflict");
      if (inTheWay) blocked.add(name);
      if (inTheWay || empty) run.failed(name, error);
    });
  };
  const wanted = folders.filter(({ mode, empty }) => empty || (times && mode !== undefined));
  const levels = Map.groupBy(wanted, ({ name }) => name.split("/").length);
  for (const depth of [...levels.keys()].sort((a, b) => a - b)) {
    await forEachBounded(levels.get(depth)!, BATCH_WIDTH, create, signal);
  }
  return blocked;
}
