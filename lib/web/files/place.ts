/**
 * The subject of a request: a path, and the files in which it is looked up.
 *
 * @module
 */

import { hasCode } from "../../base/errors.ts";
import type { FileProperties } from "../../service/file_properties.ts";
import type { CallOptions, FileInfo, Files } from "../../service/files.ts";
import type { Exchange } from "../door/exchange.ts";
import { decodePath, type WebPath } from "./web_path.ts";

/** A path in the files of a user. */
export interface Place extends WebPath {
  readonly files: Files;
  /** The path in the URL of the root, such as `/files/`. */
  readonly base: string;
}

/** The place of a request, with the user's permissions. */
export interface UserPlace extends Place {
  readonly properties: FileProperties;
  /** Whether the user's permissions let a path be read. */
  readonly canRead: (path: string) => boolean;
}

/** Finds the place of a request. @throws As logging in. */
export type Locate = (exchange: Exchange) => Promise<UserPlace>;

/** Finds the place of a request to `/files/…`. */
export const locateFile: Locate = async (exchange) => {
  const base = "/files/";
  const path = decodePath(exchange.path.slice(base.length));
  const { files, properties, canRead } = await exchange.login();
  return { ...path, files, properties, canRead, base };
};

/** Returns the token in the path of a share link; `undefined` for another path. */
export function sharedToken(path: string): string | undefined {
  return /^\/s\/([^/]*)\//.exec(path)?.[1];
}

/** Finds the place of a share link, `/s/TOKEN/…`. */
export const locateShared: Locate = async (exchange) => {
  const token = sharedToken(exchange.path) ?? "";
  const base = `/s/${token}/`;
  const path = decodePath(exchange.path.slice(base.length));
  const { files, properties, canRead } = await exchange.login({ kind: "token", token });
  return { ...path, files, properties, canRead, base };
};

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
