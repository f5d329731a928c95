/**
 * Everything the connections of one server share, opened once and disposed in order.
 *
 * @module
 */

import type { AnonymousAccess } from "../auth/permission.ts";
import { hasFreeDescriptors } from "../base/descriptors.ts";
import { FtError } from "../base/errors.ts";
import { every } from "../base/every.ts";
import { KeyedLock } from "../base/keyed_lock.ts";
import { MIN_FREE_DESCRIPTORS, SEAT_LOOK_MS } from "../base/limits.ts";
import type { Logger } from "../base/log.ts";
import { createPrivateDir } from "../base/private_files.ts";
import { signerWith } from "../base/signer.ts";
import { TreeLock } from "../base/tree_lock.ts";
import { BlockBuffers } from "../blocks/buffers.ts";
import { Hasher, hasRoomForWorker } from "../blocks/hasher.ts";
import { Hub } from "../chat/hub.ts";
import { MessageFile } from "../chat/message_file.ts";
import type { Credentials, Login, UploadRecords } from "../dialects/dialect.ts";
import type { TlsFiles } from "../net/tls_identity.ts";
import { Hashing } from "../service/hashing.ts";
import { OpenFiles } from "../service/open_files.ts";
import { QuotaUse } from "../service/quota_use.ts";
import type { ServiceContext } from "../service/service_context.ts";
import { SharedBlocks } from "../service/shared_blocks.ts";
import { Stages } from "../service/stages.ts";
import { TransferCounts } from "../service/transfer_counts.ts";
import { UploadFences } from "../service/upload_fences.ts";
import { DigestCache } from "../storage/digest_cache.ts";
import { lockFolder } from "../storage/folder_lock.ts";
import { Leases } from "../storage/leases.ts";
import { PropertyTable } from "../storage/property_table.ts";
import { Announcer } from "./announcer.ts";
import type { AuditEntry } from "../audit/audit_entry.ts";
import { AuditTrail } from "./audit_trail.ts";
import { Authenticator } from "./authenticator.ts";
import { logIn, type LoginSession } from "./login.ts";
import type { Cluster, ClusterOptions, OwnServer } from "./cluster.ts";
import { newsFor, tellNews } from "./file_news.ts";
import { FileChanges } from "./file_changes.ts";
import { RootWatch } from "./root_watch.ts";
import { QuotaBoard } from "./quota_board.ts";
import type { StorePath } from "../storage/store_path.ts";
import { ServedRepairs } from "./served_repairs.ts";
import { ScrubSchedule } from "./scrub_schedule.ts";
import { openLoggedIdentity } from "./served_identity.ts";
import { openServedStore, type ServedChoice } from "./served_store.ts";
import { StageExpiry } from "./stage_expiry.ts";
import type { UserEventObserver } from "./user_event.ts";
import { expireVersions } from "./version_keeping.ts";
import { warnOfPatterns } from "./useless_rules.ts";

export type { ServedBucket, ServedChoice } from "./served_store.ts";

/** The files that a server serves, and the access to them. */
export interface ServiceOptions extends ServedChoice {
  /** The folder of the server's own files; created if it does not exist. */
  readonly state: string;
  /** Default permissions of anonymous users. */
  readonly anonymous: AnonymousAccess;
  /** Whether users may share names by links, and such links log in. @default true */
  readonly sharing?: boolean | undefined;
  /** The log. */
  readonly log: Logger;
  /** Whether uploads are announced in the chat. @default true */
  readonly announceUploads?: boolean;
  /** Whether an audit log records what users do, in the state folder. @default {false} */
  readonly audit?: boolean | undefined;
  /** Whether users may remove versions that they made for good. @default {false} */
  readonly forgetOwn?: boolean | undefined;
  /** Whether versions count against quotas. @default {false} */
  readonly countVersions?: boolean | undefined;
  /** Other servers with which it shares leases, users and chat. @default there are none */
  readonly cluster?: ClusterOptions | undefined;
  /** Milliseconds between scrubs of all content. @default it is not scrubbed */
  readonly scrubEveryMs?: number | undefined;
  /** Whether these scrubs repair what they can. @default {false} */
  readonly scrubRepair?: boolean | undefined;
  /**
   * Certificate and key for `fts://` and `https://`, which also signs the audit log.
   *
   * @default an identity of its own in the state folder
   */
  readonly tls?: TlsFiles | undefined;
  /** Learn of what users do. @default none */
  readonly observers?: readonly UserEventObserver[] | undefined;
}

/** The services behind every connection. */
export interface Services extends AsyncDisposable {
  /** Lookups in the digest cache. */
  readonly lookups: { readonly hits: number; readonly misses: number };
  /** Transfers and refusals. */
  readonly counts: TransferCounts;
  /** The chat. */
  readonly hub: Hub;
  readonly leases: Leases;
  /** The use of quotas. */
  readonly quotas: QuotaBoard;
  /** Repairs of damaged files. */
  readonly repairs: ServedRepairs;
  /** Records something in the audit log, if there is one. */
  record(entry: AuditEntry): void;
  /** Records of uploads over HTTP that other servers of the store share. @default there are none */
  readonly uploadRecords: UploadRecords | undefined;
  /** Why nothing can be served now; `undefined` if it can. */
  readonly rootFault: string | undefined;
  /** Conditions that need the operator's attention. */
  readonly warnings: readonly string[];
  /** Logs a client in. @throws `not_allowed`, `limit` after too many failures. */
  login(credentials: Credentials, session: LoginSession): Promise<Login>;
}

/** Opens store, caches and workers. @throws When a folder cannot be used. */
export async function openServices(options: ServiceOptions): Promise<Services> {
  await using stack = new AsyncDisposableStack();
  await createPrivateDir(options.state);
  // The runtime ends the program if it loads a module when no descriptor is free.
  if (!hasFreeDescriptors(MIN_FREE_DESCRIPTORS, options.state)) {
    throw new FtError("limit", `fewer than ${MIN_FREE_DESCRIPTORS} files can be open (ulimit -n)`);
  }
  stack.use(await lockFolder(options.state, "lock"));
  const { state, anonymous, sharing } = options;
  const authenticator = stack.use(new Authenticator(state, anonymous, sharing));
  const cache = stack.use(DigestCache.open(`${options.state}/digests.sqlite`, {
    onFault: (error) => options.log.warning("cache.fault", { message: String(error) }),
  }));
  const served = stack.use(await openServedStore(options, cache));
  const { store, watched, stages, mostAllowed } = served;
  await warnOfPatterns(authenticator.ruledPaths(), store, options.log);
  const properties = stack.use(
    new PropertyTable(
      `${options.state}/properties.sqlite`,
      (error) => options.log.warning("properties.fault", { message: String(error) }),
    ),
  );
  const { guard } = authenticator;
  const own = { state, log: options.log, guard };
  const cluster = options.cluster && stack.use(await joinCluster(options.cluster, own));
  const quotas = new QuotaUse(store, options.countVersions ? served.countedVersions : undefined);
  const service: ServiceContext = {
    store,
    cache,
    properties,
    hasher: stack.use(
      new Hasher(undefined, undefined, () => hasRoomForWorker(options.state)),
    ),
    hashing: new Hashing(cache, served),
    buffers: new BlockBuffers(),
    shared: new SharedBlocks(),
    leases: cluster?.leases ?? new Leases(),
    openFiles: new OpenFiles(),
    fences: new UploadFences(),
    stages: new Stages(store, quotas),
    quotas,
    commits: new KeyedLock(),
    trees: new TreeLock(),
    versions: served.versions,
    forgetOwn: options.forgetOwn,
  };
  if (service.versions !== undefined) stack.use(expireVersions(service.versions, options.log));
  if (stages !== "none") {
    const { log } = options;
    const { abortUnfinished } = served;
    const expiry = { store, stages: service.stages, alone: stages === "all", abortUnfinished, log };
    stack.use(await StageExpiry.start(expiry));
  }
  const repairs = stack.use(new ServedRepairs(service));
  if (options.scrubEveryMs !== undefined) {
    const { state, scrubEveryMs: everyMs, scrubRepair, log } = options;
    const repair = scrubRepair ? (path: StorePath) => repairs.repair(path) : undefined;
    stack.use(new ScrubSchedule({ ...service, repair }, { state, everyMs, log }));
  }
  const rootWatch = stack.use(new RootWatch(watched, options.log));
  const hub = cluster?.hub ?? new Hub({ store: openMessages(options, stack) });
  stack.use(every(SEAT_LOOK_MS, () => hub.endRevoked()));
  const changes = new FileChanges();
  const seen: UserEventObserver[] = [(event) => changes.observe(event)];
  const signer = onFirstUse(async () => {
    const { key, pin } = await openLoggedIdentity(options, options.tls);
    return { pin, ...signerWith(key) };
  });
  const trail = options.audit
    ? stack.use(await AuditTrail.open({ ...options, signer: await signer() }))
    : undefined;
  if (options.announceUploads !== false) {
    const announcer = stack.use(new Announcer((textFor) => hub.noticeAbout(textFor)));
    seen.push((event) => announcer.observe(event));
  }
  const observers = [...options.observers ?? [], ...seen];
  if (trail !== undefined) observers.push((event) => trail.observe(event));
  if (cluster !== undefined && options.bucket !== undefined) {
    const { fences } = service;
    const claims = await cluster.fences((token, number) => fences.revoke(token, number));
    fences.shared = stack.use(claims);
    const { bucket, prefix } = options.bucket.place;
    const files = stack.use(cluster.files(`${bucket}/${prefix}`, newsFor(quotas, seen)));
    observers.push(stack.use(tellNews(files, quotas)).observe);
  }
  const counts = new TransferCounts();
  const context = { authenticator, service, hub, counts, observers, changes, signer, mostAllowed };
  const board = stack.use(new QuotaBoard(() => authenticator.rules(), quotas));
  const owned = stack.move();
  return {
    login: (credentials, session) => logIn(context, credentials, session),
    hub,
    counts,
    quotas: board,
    record: (entry) => trail?.record(entry),
    leases: service.leases,
    repairs,
    uploadRecords: served.uploadRecords,
    get lookups() {
      return cache.lookups;
    },
    get rootFault() {
      return rootWatch.look() ? undefined : served.fault;
    },
    get warnings() {
      return cluster?.warnings ?? [];
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** A server that is alone does not load the library of the bus. */
async function joinCluster(options: ClusterOptions, own: OwnServer): Promise<Cluster> {
  const { Cluster } = await import("./cluster.ts");
  return await Cluster.join(options, own);
}

/** Opens something when it is used for the first time. */
function onFirstUse<T>(open: () => Promise<T>): () => Promise<T> {
  let opened: Promise<T> | undefined;
  return () => opened ??= open();
}

/** If the messages cannot be stored, the chat runs without a history across restarts. */
function openMessages(
  { state, log }: ServiceOptions,
  stack: AsyncDisposableStack,
): MessageFile | undefined {
  const onFault = (error: unknown) => log.warning("chat.fault", { message: String(error) });
  try {
    return stack.use(new MessageFile(`${state}/chat.sqlite`, onFault));
  } catch (error) {
    onFault(error);
    return undefined;
  }
}
