/**
 * What a file service is made of.
 *
 * @module
 */

import type { Permission } from "../auth/permission.ts";
import type { KeyedLock } from "../base/keyed_lock.ts";
import type { BlockBuffers } from "../blocks/buffers.ts";
import type { Hasher } from "../blocks/hasher.ts";
import type { DigestCache } from "../storage/digest_cache.ts";
import type { Leases } from "../storage/leases.ts";
import type { Store } from "../storage/store.ts";
import type { QuotaUse } from "./quota_use.ts";
import type { UploadFences } from "./upload_fences.ts";

/** Shared by all callers of one server. */
export interface ServiceContext {
  readonly store: Store;
  readonly cache: DigestCache;
  readonly hasher: Hasher;
  readonly buffers: BlockBuffers;
  readonly leases: Leases;
  readonly fences: UploadFences;
  readonly quotas: QuotaUse;
  /** Held by path while a write checks its target and takes its name. */
  readonly commits: KeyedLock;
}

/** On whose behalf a service acts. */
export interface ServiceCaller {
  /** Who holds the leases it takes. */
  readonly holder: string;
  readonly permission: Permission;
}
