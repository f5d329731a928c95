/**
 * A file service over a store in memory.
 *
 * @module
 */

import type { Permission } from "../../lib/auth/permission.ts";
import { KeyedLock } from "../../lib/base/keyed_lock.ts";
import { TreeLock } from "../../lib/base/tree_lock.ts";
import { BlockBuffers } from "../../lib/blocks/buffers.ts";
import { Hasher } from "../../lib/blocks/hasher.ts";
import { FileService } from "../../lib/service/file_service.ts";
import type { HashLimits } from "../../lib/service/hash_places.ts";
import { Hashing } from "../../lib/service/hashing.ts";
import { OpenFiles } from "../../lib/service/open_files.ts";
import { QuotaUse } from "../../lib/service/quota_use.ts";
import type { ServiceContext } from "../../lib/service/service_context.ts";
import { type StageLimits, Stages } from "../../lib/service/stages.ts";
import { UploadFences } from "../../lib/service/upload_fences.ts";
import { DigestCache } from "../../lib/storage/digest_cache.ts";
import { Leases } from "../../lib/storage/leases.ts";
import { PropertyTable } from "../../lib/storage/property_table.ts";
import { storePath } from "../../lib/storage/store_path.ts";
import { leaseHolder } from "./lease_holder.ts";
import { MemoryStore } from "./memory_store.ts";

/** Options of {@linkcode memoryService}. */
export interface MemoryServiceOptions {
  /** Where files are kept. @default an empty one */
  readonly store?: MemoryStore;
  /** Files by path, put there without the service knowing. @default none */
  readonly content?: Readonly<Record<string, Uint8Array>>;
  /** Limits of staged uploads. @default those of the program */
  readonly stageLimits?: StageLimits;
  /** Limits of hashing for each caller. @default those of the program */
  readonly hashLimits?: HashLimits;
  /** Files that each caller may have open for reading. @default as the program has it */
  readonly maxOpenFiles?: number;
  /** The database of digests. @default {":memory:"} */
  readonly cachePath?: string;
}

/** A service and what it works with. */
export interface MemoryService extends Disposable {
  readonly store: MemoryStore;
  readonly context: ServiceContext;
  /** The service on behalf of a caller. */
  files(name: string, permission: Permission): FileService;
}

/** Opens a service. */
export async function memoryService(options: MemoryServiceOptions = {}): Promise<MemoryService> {
  const { store = new MemoryStore(), content = {}, cachePath = ":memory:" } = options;
  for (const [path, bytes] of Object.entries(content)) await putDirectly(store, path, bytes);
  using stack = new DisposableStack();
  const quotas = new QuotaUse(store);
  const cache = stack.use(DigestCache.open(cachePath));
  const context: ServiceContext = {
    store,
    cache,
    hasher: stack.use(new Hasher(0)),
    hashing: new Hashing(cache, { limits: options.hashLimits }),
    buffers: new BlockBuffers(),
    leases: new Leases(),
    openFiles: new OpenFiles(options.maxOpenFiles),
    fences: new UploadFences(),
    stages: new Stages(store, quotas, options.stageLimits),
    quotas,
    commits: new KeyedLock(),
    trees: new TreeLock(),
    properties: stack.use(new PropertyTable(":memory:", raise)),
  };
  const owned = stack.move();
  return {
    store,
    context,
    files: (name, permission) =>
      new FileService(context, { holder: leaseHolder(name), permission }),
    [Symbol.dispose]: () => owned.dispose(),
  };
}

/** A fault that would fail no request fails the test. */
function raise(error: unknown): never {
  throw error;
}

/** Puts a file into a store. */
export async function putDirectly(
  store: MemoryStore,
  path: string,
  bytes: Uint8Array,
): Promise<void> {
  await using staged = await store.stage(`seed_${crypto.randomUUID()}`);
  await staged.writeAt(0, bytes);
  await staged.publish(storePath(path), { replace: true });
}
