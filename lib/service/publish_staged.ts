/**
 * The last step of an upload: the staged file gets its name.
 *
 * @module
 */

import type { StagedFile, StoreEntry } from "../storage/store.ts";
import type { Change } from "../storage/version_change.ts";
import type { StorePath } from "../storage/store_path.ts";
import type { CallerAccess } from "./caller_access.ts";
import type { StageOptions } from "./files.ts";
import { creatingAt } from "./path_changes.ts";
import { changedMeanwhile, comparedRevision } from "./precondition.ts";
import type { QuotaHold } from "./quota_use.ts";
import type { ServiceContext } from "./service_context.ts";
import type { SourceReader } from "./source_reader.ts";

/** The uploading caller. */
export interface Publisher {
  readonly access: CallerAccess;
  /** The uploader and the root, for the version of the replaced content. */
  readonly change: Change;
  readonly reader: SourceReader;
  /** Locks the counts of the quotas until the file has its name. */
  lockQuotas(paths: readonly StorePath[]): Promise<QuotaHold>;
  /** Cancels the wait for locks. */
  readonly signal: AbortSignal | undefined;
}

/**
 * Checks precondition, permission, leases and quotas again, then publishes. Content is compared before
 * the target is locked, as it may have to be hashed.
 *
 * @throws What a check throws; nothing has changed then.
 */
export async function publishStaged(
  context: ServiceContext,
  { access, change, reader, lockQuotas, signal }: Publisher,
  at: StorePath,
  staged: StagedFile,
  { precondition, mtimeMs, executable, mode }: StageOptions,
): Promise<StoreEntry> {
  const { trees, commits, store } = context;
  access.requireComparable(at, precondition);
  const compared = await comparedRevision(context, at, reader, precondition);
  using _tree = await trees.share([at], signal);
  using _alone = await commits.acquire(at, signal);
  if (compared !== undefined && compared !== (await store.stat(at))?.revision) {
    throw changedMeanwhile(at, { retryable: true });
  }
  const replace = access.canReplace(at, precondition);
  using quotas = await lockQuotas([at]);
  const before = replace && quotas.active ? (await store.stat(at))?.bytes ?? 0 : 0;
  const giveBack = await quotas.take(at, staged.bytes - before, { bytes: before });
  try {
    // Permission may have gone, or a lease may have been taken, while this waited.
    await access.requireMayAdd(at, store);
    access.writable(at);
    await creatingAt(context, at);
    const found = { replace, expected: compared };
    return await staged.publish(at, { ...found, mtimeMs, executable, mode, change });
  } catch (error) {
    giveBack();
    throw error;
  }
}
