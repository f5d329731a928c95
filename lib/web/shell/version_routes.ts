/**
 * Versions over HTTP: `GET /versions?path=` lists those of a name, `GET /versions?deleted=` the names in
 * a folder that have nothing else, `POST /versions` restores one, `DELETE /versions/REV?path=` removes
 * one for good. Their content is at `/files/PATH?rev=REV`.
 *
 * @module
 */

import * as v from "valibot";
import { FtError } from "../../base/errors.ts";
import { MAX_LISTED_VERSIONS, MAX_SHARE_JSON_BYTES } from "../../base/limits.ts";
import type { FileVersions } from "../../service/files.ts";
import { infoObject } from "../../service/info_object.ts";
import { deletedObject, versionObject } from "../../service/version_objects.ts";
import { decodeUtf8 } from "../../wire/byte_reader.ts";
import type { Exchange, Route } from "../door/exchange.ts";
import { HttpError } from "../http/http_error.ts";
import { sized } from "../http/problem.ts";

const PATH = "/versions";

const requestSchema = v.object({
  path: v.string(),
  rev: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(1))),
});

/** @throws `protocol` if the server keeps none. */
async function versionsOf(exchange: Exchange): Promise<FileVersions> {
  const { versions } = await exchange.login();
  if (versions !== undefined) return versions;
  throw new FtError("protocol", "this server keeps no versions");
}

async function list(exchange: Exchange): Promise<Response> {
  const { query, signal } = exchange;
  const [path, folder] = [query.get("path"), query.get("deleted")];
  if ((path === null) === (folder === null)) {
    throw new HttpError(400, "the query needs path=NAME or deleted=FOLDER");
  }
  const versions = await versionsOf(exchange);
  if (path !== null) return json((await versions.of(path, { signal })).map(versionObject));
  const recursive = query.get("recursive") === "true";
  const objects: unknown[] = [];
  for await (const entry of versions.deleted(folder!, { recursive, signal })) {
    objects.push(deletedObject(entry));
    if (objects.length === MAX_LISTED_VERSIONS) break;
  }
  return json(objects);
}

async function restore(exchange: Exchange): Promise<Response> {
  const { path, rev } = await readRequest(exchange);
  const info = await (await versionsOf(exchange)).restore(path, { rev, signal: exchange.signal });
  return json(infoObject(info.path, info));
}

async function forget(exchange: Exchange): Promise<Response> {
  const rev = Number(exchange.path.slice(PATH.length + 1));
  const path = exchange.query.get("path");
  if (!Number.isSafeInteger(rev) || rev < 1 || path === null) {
    throw new HttpError(400, "the request needs /versions/REV?path=NAME");
  }
  await (await versionsOf(exchange)).forget(path, { rev, signal: exchange.signal });
  return new Response(null, { status: 204 });
}

/** @throws {HttpError} 400, 415. */
async function readRequest(
  { headers, body }: Exchange,
): Promise<v.InferOutput<typeof requestSchema>> {
  // Pages of other sites cannot send this type without asking first.
  const type = headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/json") throw new HttpError(415, "a request to restore is JSON");
  const bytes = await body.bytes(MAX_SHARE_JSON_BYTES);
  try {
    return v.parse(requestSchema, JSON.parse(decodeUtf8(bytes)));
  } catch (cause) {
    throw new HttpError(400, "invalid request to restore", { cause });
  }
}

function json(value: unknown): Response {
  const headers = { "content-type": "application/json", "cache-control": "no-store" };
  return sized(`${JSON.stringify(value)}\n`, { status: 200, headers });
}

/** The routes of versions. */
export const VERSION_ROUTES: readonly Route[] = [
  { path: PATH, methods: { GET: list, POST: restore } },
  { path: `${PATH}/`, methods: { DELETE: forget } },
];
