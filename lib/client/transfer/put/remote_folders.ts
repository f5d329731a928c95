/**
 * Creates the folders of an upload on the server.
 *
 * @module
 */

import { BATCH_WIDTH } from "../../../base/limits.ts";
import { forEachBounded } from "../../../base/pipeline.ts";
import type { BatchRun } from "../batch_run.ts";

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
 * permission bits; where that fails, the uploads below report the reason.
 */
export async function createRemoteFolders(
  run: BatchRun,
  folders: readonly RemoteFolder[],
): Promise<void> {
  const { signal, options: { times } } = run.context;
  const create = async ({ name, mode, empty }: RemoteFolder) => {
    const made = run.link.use(({ files }) =>
      files.mkdir(name, { mode: times ? mode : undefined, signal })
    );
    await made.catch((error) => empty && run.failed(name, error));
  };
  const wanted = folders.filter(({ mode, empty }) => empty || (times && mode !== undefined));
  const levels = Map.groupBy(wanted, ({ name }) => name.split("/").length);
  for (const depth of [...levels.keys()].sort((a, b) => a - b)) {
    await forEachBounded(levels.get(depth)!, BATCH_WIDTH, create, signal);
  }
}
