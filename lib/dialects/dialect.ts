/**
 * A dialect, which is a protocol a client may speak, and the session the server gives to it.
 *
 * @module
 */

import type { UserChat } from "../chat/user_chat.ts";
import type { FtError } from "../base/errors.ts";
import type { Logger } from "../base/log.ts";
import type { Connection } from "../net/connection.ts";
import type { Receipt } from "../native/receipts.ts";
import type { Share, SharedName } from "../native/shares.ts";
import type { FileProperties } from "../service/file_properties.ts";
import type { Files, KeepingVersions } from "../service/files.ts";
import type { ByteReader } from "../wire/byte_reader.ts";
import type { LoginLocks } from "./login_locks.ts";
import type { OpenUploads } from "./native/open_uploads.ts";
import type { Operator } from "./operator.ts";

/**
 * Whether the first bytes belong to a dialect: yes, no, undecided until more arrive, or yes unless
 * more arrive soon.
 */
export type Match = "yes" | "no" | "more" | "likely";

/** The credentials of a client. */
export type Credentials =
  | { readonly kind: "anonymous"; readonly identity?: string }
  | {
    readonly kind: "password";
    readonly user: string;
    readonly password: string;
  }
  | { readonly kind: "token"; readonly token: string };

/** The shares of a login. */
export interface LoginShares {
  /**
   * Shares a name with everything below it.
   *
   * @throws `not_found`, `not_allowed`, `limit`.
   */
  make(request: ShareRequest, signal: AbortSignal): Promise<SharedName>;
  /** Returns the login's shares; for an admin, those of all users. @throws `not_allowed`. */
  list(): readonly Share[];
  /** Ends a share. @throws `not_found`, `not_allowed`. */
  revoke(id: string): void;
}

/** A request to share something. */
export interface ShareRequest {
  readonly path: string;
  readonly ttlMs?: number | undefined;
  readonly once?: boolean | undefined;
  readonly write?: boolean | undefined;
}

/** The receipts of a login. */
export interface LoginReceipts {
  /**
   * Signs what is stored under a path.
   *
   * @param root The root of the content that is meant.
   * @throws `not_found`, `not_allowed`, `conflict` for other content, `limit`.
   */
  make(path: string, root: string, signal: AbortSignal): Promise<Receipt>;
}

/** A change in a folder. */
export interface FolderChange {
  /** The name in the folder that is new, has changed, itself or below, or is gone; `"."` is itself. */
  readonly name: string;
  /** Whether it is gone. */
  readonly removed: boolean;
}

/** The services of a logged-in user, bound to the user's permissions. */
export interface Login {
  /** The user's name, or `anonymous`. */
  readonly user: string;
  readonly files: Files;
  readonly properties: FileProperties;
  /** The versions that are kept. @default none are */
  readonly versions?: KeepingVersions | undefined;
  readonly chat: UserChat;
  readonly shares: LoginShares;
  readonly locks: LoginLocks;
  readonly receipts: LoginReceipts;
  /**
   * Checks whether the user may write to a path, before a large request for it is read.
   *
   * @throws `not_allowed`.
   */
  requireWrite(path: string): void;
  /** Whether the user is an admin now. */
  isAdmin(): boolean;
  /** Whether the user's permissions let a path be read. */
  canRead(path: string): boolean;
  /**
   * Calls a function, which must not throw, with each change in a folder that the user may know of,
   * until disposed: by any user, but not past the server.
   */
  watch(folder: string, onChange: (change: FolderChange) => void): Disposable;
  /** Reports that the client has disconnected, which ends its transfers. */
  disconnected?(reason: unknown): void;
}

/** A client, as its further connections see it. */
export interface LaneClient {
  /** The login of its first connection. */
  login(): Promise<Login>;
  /** The uploads that its first connection has open. */
  readonly uploads: OpenUploads;
}

/** An offer of further connections to a client. */
export interface LaneOffer {
  /** A secret that only this client knows; valid until its first connection ends. */
  readonly ticket: string;
  /** The number of further connections that would be accepted now. */
  readonly lanes: number;
}

/** Accepts the further connections of clients. */
export interface LaneDoor {
  /** Offers further connections to the client of this connection. */
  offer(client: LaneClient): LaneOffer;
  /**
   * Makes this connection a lane of another client, until that client's first connection ends.
   *
   * @throws `not_allowed` for a ticket that is not valid here, `limit` if there are too many.
   */
  join(ticket: string): LaneClient;
}

/** A connection, as its dialect sees it. */
export interface Session {
  /** Reads the connection from its first byte on. */
  readonly reader: ByteReader;
  readonly connection: Connection;
  /** The client's host, to which limits apply. */
  readonly host: string;
  readonly log: Logger;
  /** Aborts when the connection ends. */
  readonly signal: AbortSignal;
  /** Aborts when the server drains: finish running requests and accept no new ones. */
  readonly draining: AbortSignal;
  /**
   * Logs the client in.
   *
   * @param lasting Ends a login that outlives the connection. @default it ends with the connection
   * @throws `not_allowed`, `limit` after too many failures.
   */
  login(credentials: Credentials, lasting?: AbortSignal): Promise<Login>;
  /** Reports that the handshake is complete, so that its deadline no longer applies. */
  established(): void;
  /** The URL of the web page. @default this server has none */
  readonly webUrl?: string;
  /** Accepts further connections of a client. @default there are none */
  readonly lanes?: LaneDoor;
  /** Counts a request until the result is disposed; a drain waits for it. */
  working(): Disposable;
  /** Notes whose requests come over the connection, for admins to see. */
  usedBy(user: string): void;
  /** The server as the user of a login may operate it. */
  operatorFor(login: Login): Operator;
}

/** A dialect with a listener of its own, as users of the library see it: a {@linkcode Dialect}. */
export interface OwnDialect extends AsyncDisposable {
  /** Its name in logs. */
  readonly name: string;
}

/**
 * Records of uploads over HTTP that all servers of a store read and write. Every method throws what the
 * store throws.
 */
export interface UploadRecords {
  /** Reads the record of an upload; `null` if there is none. */
  get(id: string): Promise<string | null>;
  /** Writes the record of an upload. */
  put(id: string, record: string): Promise<void>;
  /** Removes the record of an upload, if there is one. */
  remove(id: string): Promise<void>;
}

/** A listener of a dialect that is loaded only when it is asked for. */
export interface OwnListener {
  /** Where it listens, such as `http://127.0.0.1:8000`. */
  readonly url: string;
  /**
   * Loads its dialect, which the server disposes when it ends.
   *
   * @param state The folder of the server's own files.
   * @param records Of its uploads. @default no other server has the store
   */
  readonly open: (state: string, records?: UploadRecords) => Promise<OwnDialect>;
}

/** A protocol a client may speak. */
export interface Dialect {
  /** Its name in listen URLs and logs. */
  readonly name: string;
  /** Recognises the dialect by the first bytes. */
  match(prefix: Uint8Array): Match;
  /** Whether it only turns clients away, so that no listener can be pinned to it. */
  readonly refusal?: true;
  /** Sends the reason why a client is refused. @default the connection is closed without one */
  refuse?(connection: Connection, error: FtError): Promise<void>;
  /** Serves a connection until it ends. An error that it throws is logged, and closes the connection. */
  serve(session: Session): Promise<void>;
}
