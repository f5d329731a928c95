/**
 * Removing a folder with everything below it.
 *
 * @module
 */

import { ErrorList } from "../base/error_list.ts";
import { FtError, hasCode } from "../base/errors.ts";
import { asFtError } from "../base/os_errors.ts";
import type { Store } from "../storage/store.ts";
import type { StorePath } from "../storage/store_path.ts";

/**
 * Removes everything below a folder. An entry that stays does not stop the others.
 *
 * @param dir A file has nothing below it.
 * @param remove Removes one entry with everything below it.
 * @throws `partial` if something stays: an entry that could not be removed, or that the store does
 *   not list, such as a link. The parts name each.
 */
export async function removeBelow(
  store: Store,
  dir: StorePath,
  remove: (path: StorePath) => Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  if ((await store.stat(dir))?.type !== "dir") return;
  const stay = new ErrorList();
  for await (const { path } of store.list(dir, signal, (error) => stay.add(error))) {
    try {
      await remove(path);
    } catch (error) {
      signal?.throwIfAborted();
      // Another caller has removed it meanwhile.
      if (hasCode(error, "not_found") && await store.stat(path) === null) continue;
      stay.add(asFtError(error, undefined, path));
    }
  }
  if (stay.size === 0) return;
  const message = `not removed completely: ${dir}`;
  throw new FtError("partial", message, { name: dir, parts: stay.errors });
}
