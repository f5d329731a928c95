/**
 * The store of what a server serves: a folder, one file of it, or a bucket of an object store.
 *
 * @module
 */

import { type Permission, uniformPermission } from "../auth/permission.ts";
import {
  KEEP_VERSIONS_PERCENT,
  MAX_GROWN_BYTES,
  MAX_GROWN_BYTES_OVER_STORE,
  OBJECT_GROUPS_AT_ONCE,
} from "../base/limits.ts";
import type { Logger } from "../base/log.ts";
import { asFtError } from "../base/os_errors.ts";
import type { UploadRecords } from "../dialects/dialect.ts";
import { allWindows } from "../native/window_budget.ts";
import type { StoreCredentials, StorePlace } from "../object_store/store_url.ts";
import type { DigestCache } from "../storage/digest_cache.ts";
import { diskBytes } from "../storage/disk_bytes.ts";
import { FsStore } from "../storage/fs_store.ts";
import { rootLost } from "../storage/served_root.ts";
import { SingleFile } from "../storage/single_file.ts";
import type { Store } from "../storage/store.ts";
import { storePath } from "../storage/store_path.ts";
import type { CountedVersions, StoreVersions } from "../storage/store_versions.ts";
import { DEFAULT_VERSION_POLICY, type VersionPolicy } from "../storage/version_policy.ts";
import { keepingOptions } from "./version_keeping.ts";
import type { WatchedRoot } from "./root_watch.ts";
import { rememberServedFolder } from "./served_folder.ts";

/** A bucket to serve. */
export interface ServedBucket {
  /** Where it is. */
  readonly place: StorePlace;
  /** The login of the server. */
  readonly credentials: StoreCredentials;
}

/** The folder, file or bucket to serve. */
export interface ServedChoice {
  /** The served folder; created if it does not exist. Not used with a bucket. */
  readonly root: string;
  /**
   * The name of a file in it that is served alone and read-only: to clients the folder has nothing
   * else. @default the whole folder is served
   */
  readonly only?: string | undefined;
  /** A bucket that is served instead of a folder. @default the folder */
  readonly bucket?: ServedBucket | undefined;
  /** Limits of versions. @default those of the program; a bucket keeps none */
  readonly versions?:
    | { readonly versions?: number; readonly ms?: number; readonly bytes?: number }
    | undefined;
  /** The folder of the server's own files. */
  readonly state: string;
  /** The log. */
  readonly log: Logger;
}

/** The store of what is served. Disposing it closes the store. */
export interface ServedStore extends AsyncDisposable {
  readonly store: Store;
  /** The versions that it keeps. @default it keeps none */
  readonly versions?: StoreVersions | undefined;
  /** The same where their bytes can be counted. */
  readonly countedVersions?: CountedVersions | undefined;
  /** For the log, and for status. */
  readonly watched: WatchedRoot;
  /**
   * The staged uploads that this server may remove: `all` if no other server has any, `old` if
   * another server may be using the others.
   */
  readonly stages: "all" | "old" | "none";
  /** See `StageExpiryContext`. */
  readonly abortUnfinished?: (ageMs: number) => Promise<number>;
  /** Why the store cannot be used; `undefined` if it can. */
  readonly fault: string | undefined;
  /** Records of uploads over HTTP that other servers share. @default no other server has the store */
  readonly uploadRecords?: UploadRecords;
  /** See `HashingOptions`. */
  readonly groupsAtOnce?: number;
  /** The permissions beyond which no login goes. @default there is no such limit */
  readonly mostAllowed?: Permission;
}

/**
 * Opens the store.
 *
 * @param cache Has the digests of its files, and of their versions.
 * @throws When it cannot be used.
 */
export async function openServedStore(
  choice: ServedChoice,
  cache: DigestCache,
): Promise<ServedStore> {
  return choice.bucket === undefined
    ? await openFolder(choice, cache)
    : await openBucket(choice.bucket, choice, cache);
}

/** The policy of a folder without other settings. */
function defaultPolicy(root: string): VersionPolicy {
  const disk = diskBytes(root);
  if (disk === undefined) return DEFAULT_VERSION_POLICY;
  return { ...DEFAULT_VERSION_POLICY, bytes: Math.floor(disk * KEEP_VERSIONS_PERCENT / 100) };
}

async function openFolder(
  { root, only, state, log, versions: wanted }: ServedChoice,
  cache: DigestCache,
): Promise<ServedStore> {
  await using stack = new AsyncDisposableStack();
  const policy = { ...defaultPolicy(root), ...wanted };
  const index = `${state}/versions.sqlite`;
  const versions = { index, ...keepingOptions(policy, cache, log) };
  // The folder of a single file is not ours to lock or to tidy up: another server may serve it.
  const options = only === undefined ? { exclusive: true, versions } : { readOnly: true };
  const folder = stack.use(await FsStore.open(root, options));
  const store = only === undefined ? folder : await SingleFile.open(folder, storePath(only));
  if (only === undefined) {
    await rememberServedFolder(state, folder.root);
    if (!folder.locked) log.info("root.unlocked", { root: folder.root });
    if (folder.shared) log.info("root.shared", { root: folder.root });
  }
  const owned = stack.move();
  return {
    ...{ store, watched: folder, versions: folder.versions, countedVersions: folder.versions },
    // Without its lock, nothing in the folder is this server's to remove.
    stages: folder.locked ? "all" : "none",
    get fault() {
      return folder.present ? undefined : rootLost().message;
    },
    ...(only === undefined ? {} : { mostAllowed: uniformPermission(["list", "read"]) }),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function openBucket(
  { place, credentials }: ServedBucket,
  { versions: wanted, log }: ServedChoice,
  cache: DigestCache,
): Promise<ServedStore> {
  const { ObjectStore } = await import("../object_store/object_store.ts");
  const { DigestSweeps } = await import("../object_store/digest_sweep.ts");
  const { UploadRecords } = await import("../object_store/upload_records.ts");
  const { StoreHealth } = await import("../object_store/store_health.ts");
  await using stack = new AsyncDisposableStack();
  const policy = { ...DEFAULT_VERSION_POLICY, versions: 0, ...wanted };
  const keeping = keepingOptions(policy, cache, log);
  const store = stack.use(await ObjectStore.open(place, credentials, keeping));
  // A store takes content slower than clients send it: what windows hold would only wait.
  allWindows.limit(MAX_GROWN_BYTES_OVER_STORE);
  stack.defer(() => allWindows.limit(MAX_GROWN_BYTES));
  cache.shareWith(store.digests);
  const health = stack.use(new StoreHealth(store.client, place));
  stack.use(
    new DigestSweeps(
      store.sweepContext,
      (count) => log.info("digests.swept", { count }),
      (error) => log.warning("digests.fault", { message: asFtError(error).message }),
    ),
  );
  log.info("store.open", { store: health.root, ...store.abilities });
  const { bucket, keys } = store.sweepContext;
  const uploadRecords = new UploadRecords(bucket, keys.reserved);
  const owned = stack.move();
  return {
    ...{ store, watched: health, stages: "old", groupsAtOnce: OBJECT_GROUPS_AT_ONCE },
    ...{ uploadRecords, versions: store.versions },
    async abortUnfinished(ageMs) {
      await uploadRecords.removeOld(ageMs);
      return await store.abortUnfinished(ageMs);
    },
    get fault() {
      return health.fault;
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
