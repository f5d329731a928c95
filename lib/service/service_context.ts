/**
 * The context of a file service.
 *
 * @module
 */

import type { Permission } from "../auth/permission.ts";
import type { KeyedLock } from "../base/keyed_lock.ts";
import type { TreeLock } from "../base/tree_lock.ts";
import type { BlockBuffers } from "../blocks/buffers.ts";
import type { Hasher } from "../blocks/hasher.ts";
import type { DigestCache } from "../storage/digest_cache.ts";
import type { LeaseHolder } from "../storage/lease_holder.ts";
import type { Leases } from "../storage/leases.ts";
import type { PropertyTable } from "../storage/property_table.ts";
import type { StoreVersions } from "../storage/store_versions.ts";
import type { Store } from "../storage/store.ts";
import type { Hashing } from "./hashing.ts";
import type { OpenFiles } from "./open_files.ts";
import type { QuotaUse } from "./quota_use.ts";
import type { SharedBlocks } from "./shared_blocks.ts";
import type { Stages } from "./stages.ts";
import type { UploadFences } from "./upload_fences.ts";

/** Shared by all callers of a server. */
export interface ServiceContext {
  readonly store: Store;
  readonly cache: DigestCache;
  readonly hasher: Hasher;
  readonly hashing: Hashing;
  readonly buffers: BlockBuffers;
  /** Blocks that several callers read at once. @default each reads its own */
  readonly shared?: SharedBlocks;
  readonly leases: Leases;
  readonly openFiles: OpenFiles;
  readonly fences: UploadFences;
  readonly stages: Stages;
  readonly quotas: QuotaUse;
  readonly properties: PropertyTable;
  /** Locked by path while a write checks its target and replaces it. */
  readonly commits: KeyedLock;
  /** Shared by writes; a move has its trees alone. Locked first, then commits, then quotas. */
  readonly trees: TreeLock;
  /** The versions that the store keeps. @default it keeps none */
  readonly versions?: StoreVersions | undefined;
  /** Whether users may remove versions that they made for good. @default only admins may */
  readonly forgetOwn?: boolean | undefined;
}

/** The caller a service acts for. */
export interface ServiceCaller {
  /** The holder of its leases and staged uploads. */
  readonly holder: LeaseHolder;
  readonly permission: Permission;
}
