/**
 * Removing a file, or a folder with everything below it.
 *
 * @module
 */

import { ErrorList } from "../base/error_list.ts";
import { FtError, hasCode, notFound } from "../base/errors.ts";
import { asFtError } from "../base/os_errors.ts";
import type { Store } from "../storage/store.ts";
import { ROOT, type StorePath } from "../storage/store_path.ts";
import type { CallerAccess } from "./caller_access.ts";
import type { RemoveOptions } from "./files.ts";
import { removedAt } from "./path_changes.ts";
import { requireRevision } from "./read_request.ts";
import type { ServiceContext } from "./service_context.ts";

/** How something is removed. */
export interface Removal extends RemoveOptions {
  readonly access: CallerAccess;
  /** The name of the caller. */
  readonly by: string;
}

/** Removes a file or a folder. @throws As `Files.remove`. */
export async function removeTree(
  context: ServiceContext,
  path: string,
  removal: Removal,
): Promise<void> {
  const { access, by, recursive, revision, signal } = removal;
  const at = access.permitted("remove", path);
  if (at === ROOT) throw new FtError("not_allowed", "the root cannot be removed", { name: path });
  access.requireAllIn("remove", at);
  access.requireNoLease(at, { below: recursive, entry: true });
  const { store } = context;
  await requireVersion(store, at, revision);
  if (recursive) {
    const all = { access, by, recursive, signal };
    await removeBelow(store, at, (path) => removeTree(context, path, all), signal);
  }
  await context.leases.changes.fresh();
  access.requireNoLease(at, { entry: true });
  await store.remove(at, { by });
  removedAt(context, at);
}

/** @throws `not_found`, and `conflict` if something else has the name by now. */
async function requireVersion(store: Store, at: StorePath, revision?: string): Promise<void> {
  if (revision === undefined) return;
  const entry = await store.stat(at);
  if (entry === null) throw notFound(at);
  requireRevision(entry, revision);
}

/**
 * Removes everything below a folder. An entry that stays does not stop the others.
 *
 * @param dir A file has nothing below it.
 * @param remove Removes one entry with everything below it.
 * @throws `partial` if something stays: an entry that could not be removed, or that the store does
 *   not list, such as a link. The parts name each.
 */
async function removeBelow(
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
