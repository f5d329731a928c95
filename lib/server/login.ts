/**
 * Logs a client in: its files and its chat, bound to what the user may do, and logged.
 *
 * @module
 */

import { bothPermissions, type Permission, requirePermission } from "../auth/permission.ts";
import type { Logger } from "../base/log.ts";
import { asFtError } from "../base/os_errors.ts";
import type { Hub } from "../chat/hub.ts";
import { UserChat } from "../chat/user_chat.ts";
import type { Credentials, Login } from "../dialects/dialect.ts";
import type { FileEvent } from "../service/file_event.ts";
import { FileService } from "../service/file_service.ts";
import { LoggedVersions } from "../service/logged_versions.ts";
import { ServiceVersions } from "../service/service_versions.ts";
import { ServiceProperties } from "../service/file_properties.ts";
import { LoggedProperties } from "../service/logged_properties.ts";
import { LoggedFiles } from "../service/logged_files.ts";
import type { ServiceContext } from "../service/service_context.ts";
import { UnfinishedTransfers } from "../service/unfinished_transfers.ts";
import type { TransferCounts } from "../service/transfer_counts.ts";
import { storePath } from "../storage/store_path.ts";
import type { Authenticated, LoginOrigin } from "./authenticated.ts";
import type { Authenticator } from "./authenticator.ts";
import type { UserEventObserver } from "./user_event.ts";
import { UserLocks } from "./user_locks.ts";
import { type ServerSigner, UserReceipts } from "./user_receipts.ts";
import type { FileChanges } from "./file_changes.ts";
import { UserShares } from "./user_shares.ts";

/** The context of all logins of one server. */
export interface LoginContext {
  readonly authenticator: Authenticator;
  readonly service: ServiceContext;
  readonly hub: Hub;
  readonly counts: TransferCounts;
  /** Opens the identity of the server to sign with. */
  readonly signer: () => Promise<ServerSigner>;
  /** Learn of what users do. */
  readonly observers: readonly UserEventObserver[];
  /** Learns of changes from the observers. */
  readonly changes: FileChanges;
  /** The permissions beyond which no login goes. @default there is no such limit */
  readonly mostAllowed?: Permission;
}

/** The session that logs in. */
export interface LoginSession {
  readonly connection: LoginOrigin;
  readonly log: Logger;
  /** The name of its dialect. */
  readonly dialect: string;
  /** Counts a chat seat until the result is disposed. */
  countSeat(): Disposable;
}

/**
 * Logs a client in.
 *
 * @throws What {@linkcode Authenticator.authenticate} throws.
 */
export async function logIn(
  { authenticator, service, hub, counts, observers, changes, signer, mostAllowed }: LoginContext,
  credentials: Credentials,
  session: LoginSession,
): Promise<Login> {
  const proof = await proven(authenticator, credentials, session);
  const { user, holder, identity, noteUnfinished, noteDownloaded } = proof;
  const permission = mostAllowed === undefined
    ? proof.permission
    : bothPermissions(proof.permission, mostAllowed);
  const anonymous = credentials.kind === "anonymous";
  const log = session.log.with({ user });
  log[anonymous ? "debug" : "info"]("login.done", { kind: credentials.kind });
  const chat = new UserChat(hub, {
    name: anonymous ? "guest" : user,
    identity,
    isReserved: (name) => authenticator.isOthers(name, user),
    mayKnow: (path) => permission.allows("list", path),
    log,
    countSeat: () => session.countSeat(),
  });
  const { dialect, connection: { remote } } = session;
  const observe = (event: FileEvent) => {
    if (event.op === "get" && event.result === "done") noteDownloaded?.(event.name);
    const by = { user, chatName: chat.name, remote, dialect, identity };
    for (const observer of observers) observer({ ...event, by });
  };
  const unfinished = noteUnfinished && new UnfinishedTransfers(noteUnfinished);
  const audience = { log, counts, observe, unfinished, by: { user, remote, dialect } };
  const caller = { holder, permission };
  const files = new LoggedFiles(new FileService(service, caller), audience);
  const properties = new LoggedProperties(new ServiceProperties(service, caller), audience);
  const { sharing } = proof;
  const isPublic = (path: string) => authenticator.isPublic(path);
  return {
    ...{ user, chat, files, properties },
    versions: service.versions &&
      new LoggedVersions(new ServiceVersions(service, caller), audience),
    receipts: new UserReceipts(files, user, signer),
    shares: new UserShares({ sharing, files, permission, isPublic, log }),
    locks: new UserLocks(service, caller, audience),
    disconnected: (reason) => files.disconnected(reason),
    requireWrite: (path) => requirePermission(permission, "write", storePath(path)),
    isAdmin: () => holder.isAdmin(),
    canRead: (path) => permission.allows("read", storePath(path)),
    watch: (folder, onChange) => changes.watch(folder, permission, onChange),
  };
}

async function proven(
  authenticator: Authenticator,
  credentials: Credentials,
  { connection, log }: LoginSession,
): Promise<Authenticated> {
  try {
    return await authenticator.authenticate(credentials, connection);
  } catch (error) {
    const { code, message } = asFtError(error);
    const user = credentials.kind === "password" ? credentials.user : undefined;
    log.warning("login.refused", { kind: credentials.kind, user, code, message });
    throw error;
  }
}
