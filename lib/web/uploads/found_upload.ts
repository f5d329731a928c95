/**
 * The upload that a request is about.
 *
 * @module
 */

import { hasCode } from "../../base/errors.ts";
import type { Login } from "../../dialects/dialect.ts";
import type { Files } from "../../service/files.ts";
import type { Exchange } from "../door/exchange.ts";
import { lookUp } from "../files/place.ts";
import { rootOfVersion } from "../files/version_root.ts";
import { HttpError } from "../http/http_error.ts";
import { UPLOADS_PATH } from "./protocol.ts";
import { isUnnamed, type StoredUpload } from "./stored_upload.ts";
import type { Uploads } from "./uploads.ts";

/** An upload, and the user that it belongs to. */
export interface FoundUpload {
  readonly stored: StoredUpload;
  readonly login: Login;
}

/** The owner of the uploads of a login: nobody else finds them. */
export function ownerOf({ visit }: Pick<Exchange, "visit">, { user }: Pick<Login, "user">): string {
  return user === "anonymous" ? `host ${visit.host}` : `user ${user}`;
}

/** Finds the upload. @throws {HttpError} 404 for none, or one of another user. */
export async function findUpload(uploads: Uploads, exchange: Exchange): Promise<FoundUpload> {
  const login = await exchange.login();
  await uploads.learn(login.files, idIn(exchange), ownerOf(exchange, login), exchange.signal);
  return { stored: storedOf(uploads, exchange, login), login };
}

function idIn({ path }: Exchange): string {
  return path.slice(UPLOADS_PATH.length);
}

/** Finds the upload as it is now. @throws {HttpError} 404. */
export function storedOf(uploads: Uploads, exchange: Exchange, login: Login): StoredUpload {
  const stored = uploads.journal.find(idIn(exchange), ownerOf(exchange, login));
  if (stored !== undefined) return stored;
  throw new HttpError(404, "there is no such upload, or it has expired");
}

/**
 * Finds out whether the last request, if it brought the last byte, ended before or after the upload got
 * its name.
 *
 * @returns The upload as it is now.
 */
export async function settled(
  uploads: Uploads,
  { files }: Login,
  stored: StoredUpload,
  signal: AbortSignal,
): Promise<StoredUpload> {
  const committing = stored.state === "committing";
  if (!committing && !isUnnamed(stored)) return stored;
  if (committing && await isThere(files, stored, signal)) {
    uploads.journal.setState(stored.id, "done", stored.root);
  } else {
    await uploads.idle.take(stored.id)?.[Symbol.asyncDispose]();
    uploads.reopen(stored);
  }
  return uploads.journal.get(stored.id) ?? stored;
}

async function isThere(
  files: Files,
  { path, bytes, root }: StoredUpload,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    const info = await lookUp(files, path, { signal });
    if (info === null || info.type === "dir" || info.bytes !== bytes) return false;
    const place = { files, path, folder: false, base: "/files/" };
    return (info.root ?? await rootOfVersion(place, info, signal)) === root;
  } catch (error) {
    // A user who may only write has to send the last block again.
    if (hasCode(error, "not_allowed")) return false;
    throw error;
  }
}
