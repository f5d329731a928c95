/**
 * Moves of files and folders.
 *
 * @module
 */

import type { Quota } from "../auth/permission.ts";
import { isWithin } from "../base/is_within.ts";
import type { StorePath } from "../storage/store_path.ts";
import type { CallerAccess } from "./caller_access.ts";
import type { MoveOptions } from "./files.ts";
import { contentToMove } from "./moved_tree.ts";
import { requireRoom } from "./quota_room.ts";
import type { QuotaHold } from "./quota_use.ts";
import type { ServiceContext } from "./service_context.ts";

/** The caller of a move. */
export interface Mover {
  readonly access: CallerAccess;
  readonly by: string;
  /** The quotas that count what is written to a path. */
  quotasOf(path: StorePath): readonly Quota[];
  /** Locks the counts of the quotas until the move has ended. */
  lockQuotas(path: StorePath): Promise<QuotaHold>;
}

/** Renames a file or folder. @throws As `Files.move`. */
export async function moveTo(
  context: ServiceContext,
  { access, by, quotasOf, lockQuotas }: Mover,
  { from, to, replace, signal }: MoveOptions & { readonly from: string; readonly to: string },
): Promise<void> {
  const source = access.permitted("remove", from);
  access.requireNoLease(source, { below: true, entry: true });
  const target = access.writable(to);
  // Everything below moves too, so the caller needs permission for all of it, on both sides.
  for (const action of ["list", "read", "remove"] as const) access.requireAllIn(action, source);
  access.requireAllIn("write", target);
  if (replace) access.permitted("remove", to);
  const { store, trees, cache } = context;
  using _alone = await trees.acquire([source, target], signal);
  using quotas = await lockQuotas(target);
  const replaced = replace ? await store.stat(target) : null;
  const { bytes, uncounted } = await contentToMove(store, source, target, { replace, signal });
  // Content that is moved into a folder with a quota counts like an upload.
  const entered = quotasOf(target).filter(({ path }) => !isWithin(path, source));
  if (entered.length > 0) {
    if (uncounted !== undefined) throw uncounted;
    const lost = { bytes: replaced?.bytes ?? 0 };
    const growth = bytes - lost.bytes + context.quotas.kept(target, lost);
    requireRoom(target, await quotas.tightest(entered), growth);
  }
  // A lease may have been taken while this waited.
  await access.requireMayAdd(target, store);
  access.requireNoLease(source, { below: true, entry: true });
  access.requireNoLease(target, { below: true });
  const moved = replace ? await store.stat(source) : null;
  const root = () => moved === null ? undefined : cache.facts(source, moved.revision)?.root;
  await store.move(source, target, replace, { by, root });
  context.leases.forgetSoon(source, { below: true });
  cache.rename(source, target, await store.stat(target) ?? undefined);
  context.properties.rename(source, target);
  for (const at of [source, target]) context.quotas.forget(at);
}
