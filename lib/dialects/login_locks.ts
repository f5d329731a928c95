/**
 * Locks by token, for protocols whose clients prove with it that a lock is theirs.
 *
 * @module
 */

import type { FileProperties } from "../service/file_properties.ts";
import type { Files } from "../service/files.ts";

/** A request for a lock. */
export interface LockRequest {
  readonly path: string;
  /** How long it may last, in milliseconds; the server may grant less. */
  readonly ttlMs: number;
  /** Whether others can have a shared lock on the same path. */
  readonly shared: boolean;
  /** Whether it covers, of a folder, only itself and which names it has. */
  readonly shallow: boolean;
  /** The client's text about its user, for others to read. @default none */
  readonly owner?: string | undefined;
}

/** A lock, as a login sees it. */
export interface LoginLock {
  /** The path that was locked. */
  readonly path: string;
  /** The name of its holder. */
  readonly holder: string;
  /** Milliseconds until it expires, unless it is renewed. */
  readonly leftMs: number;
  readonly shared: boolean;
  readonly shallow: boolean;
  readonly owner?: string | undefined;
  /** Its token, if it has one that this login may know: its user, or an anonymous client's host. */
  readonly token?: string | undefined;
}

/** A lock that was just taken or renewed. */
export interface OwnLock extends LoginLock {
  readonly token: string;
}

/** The files of a login and their properties. */
export interface LockedFiles {
  readonly files: Files;
  readonly properties: FileProperties;
}

/** The locks of a server, for one login. Those that were taken without a token are among them. */
export interface LoginLocks {
  /**
   * Locks a path for the client that has the token. It needs permission to write the path and
   * everything below.
   *
   * @throws `not_allowed`; `conflict` with any other lock there, unless both are shared; `limit`.
   */
  take(request: LockRequest): Promise<OwnLock>;
  /**
   * Renews a lock.
   *
   * @param path A path that it covers.
   * @returns `null` if this login has none with this token.
   */
  renew(path: string, token: string, ttlMs: number): Promise<OwnLock | null>;
  /**
   * Releases a lock.
   *
   * @param path A path that it covers.
   * @throws `not_found` if there is none with this token, `not_allowed` for one of another login.
   */
  release(path: string, token: string): Promise<void>;
  /** Returns the locks that cover a path. @throws `not_allowed` without permission to list it. */
  on(path: string): readonly LoginLock[];
  /** Whether a lock with this token covers a path. */
  has(path: string, token: string): boolean;
  /** The files of this login and their properties, for a request that sends these tokens. */
  with(tokens: Iterable<string>): LockedFiles;
}
