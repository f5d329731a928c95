/**
 * Share links over HTTP: `POST /shares` makes one, `GET /shares` lists them, `DELETE /shares/ID` ends
 * one.
 *
 * @module
 */

import * as v from "valibot";
import { isoTime } from "../../base/iso_time.ts";
import { MAX_SHARE_JSON_BYTES } from "../../base/limits.ts";
import type { Share } from "../../native/shares.ts";
import { decodeUtf8 } from "../../wire/byte_reader.ts";
import type { Exchange, Route } from "../door/exchange.ts";
import { encodePath } from "../files/web_path.ts";
import { HttpError } from "../http/http_error.ts";
import { sized } from "../http/problem.ts";

const PATH = "/shares";

const requestSchema = v.object({
  path: v.string(),
  seconds: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
  once: v.optional(v.boolean()),
  write: v.optional(v.boolean()),
});

async function make(exchange: Exchange): Promise<Response> {
  const { seconds, ...request } = await readRequest(exchange);
  const { shares } = await exchange.login();
  const ttlMs = seconds === undefined ? undefined : seconds * 1000;
  const { path, folder, made } = await shares.make({ ...request, ttlMs }, exchange.signal);
  const base = made === undefined ? "/files/" : `/s/${made.token}/`;
  const below = path === "." ? "" : `${encodePath(path)}${folder ? "/" : ""}`;
  const url = `${exchange.origin}${base}${below}`;
  const share = made === undefined ? { path } : shareObject(made);
  const headers = made === undefined ? undefined : { location: `${PATH}/${made.id}` };
  return json({ url, ...share }, 201, headers);
}

/** @throws {HttpError} 400, 415. */
async function readRequest(
  { headers, body }: Exchange,
): Promise<v.InferOutput<typeof requestSchema>> {
  // Pages of other sites cannot send this type without asking first.
  const type = headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/json") throw new HttpError(415, "a request to share is JSON");
  const bytes = await body.bytes(MAX_SHARE_JSON_BYTES);
  try {
    return v.parse(requestSchema, JSON.parse(decodeUtf8(bytes)));
  } catch (cause) {
    throw new HttpError(400, "invalid request to share", { cause });
  }
}

async function list(exchange: Exchange): Promise<Response> {
  const { shares } = await exchange.login();
  return json(shares.list().map((share) => ({ ...shareObject(share), by: share.by })), 200);
}

async function revoke(exchange: Exchange): Promise<Response> {
  const { shares } = await exchange.login();
  shares.revoke(exchange.path.slice(PATH.length + 1));
  return new Response(null, { status: 204 });
}

function shareObject({ id, path, expiresAtMs, once, write }: Omit<Share, "by">) {
  return { id, path, expires: isoTime(expiresAtMs), once, write };
}

function json(value: unknown, status: number, headers: Readonly<Record<string, string>> = {}) {
  const fields = { ...headers, "content-type": "application/json", "cache-control": "no-store" };
  return sized(`${JSON.stringify(value)}\n`, { status, headers: fields });
}

/** The routes of share links. */
export const SHARE_ROUTES: readonly Route[] = [
  { path: PATH, methods: { GET: list, POST: make } },
  { path: `${PATH}/`, methods: { DELETE: revoke } },
];
