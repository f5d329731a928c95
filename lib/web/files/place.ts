/**
 * The subject of a request: a path, and the files in which it is looked up.
 *
 * @module
 */

import { hasCode } from "../../base/errors.ts";
import type { LoginLocks } from "../../dialects/login_locks.ts";
import type { FileProperties } from "../../service/file_properties.ts";
import type { CallOptions, FileInfo, Files } from "../../service/files.ts";
import type { Exchange } from "../door/exchange.ts";
import type { SessionFacts } from "../login/session_facts.ts";
import type { WebPath } from "./web_path.ts";

/** A path in the files of a user. */
export interface Place extends WebPath {
  /** The files of the user, with the locks whose tokens the request sends. */
  readonly files: Files;
  readonly locks: LoginLocks;
  /** The tokens of locks that the request sends. */
  readonly tokens: readonly string[];
  /** The path in the URL of the root, such as `/files/`. */
  readonly base: string;
}

/** The place of a request, with the user's permissions. */
export interface UserPlace extends Place {
  readonly properties: FileProperties;
  /** Returns the user, and the user's rights here. */
  readonly session: () => SessionFacts;
  /** Whether the user's permissions let a path be read. */
  readonly canRead: (path: string) => boolean;
}

/** Finds the place of a request. @throws As logging in. */
export type Locate = (exchange: Exchange) => Promise<UserPlace>;

/** Returns the token in the path of a share link; `undefined` for another path. */
export function sharedToken(path: string): string | undefined {
  return /^\/s\/([^/]*)\//.exec(path)?.[1];
}

/** Returns the path in URLs of the root, for the path of a request for a file. */
export function baseOf(path: string): string {
  const token = sharedToken(path);
  return token === undefined ? "/files/" : `/s/${token}/`;
}

/** Looks a path up. @returns `null` if nothing is there. @throws Other errors. */
export async function lookUp(
  files: Files,
  path: string,
  options: CallOptions,
): Promise<FileInfo | null> {
  try {
    return await files.stat(path, options);
  } catch (error) {
    if (hasCode(error, "not_found") && !error.retryable) return null;
    throw error;
  }
}
