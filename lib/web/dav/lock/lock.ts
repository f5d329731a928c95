/**
 * `LOCK` (RFC 4918, 9.10): takes a lock, or renews one.
 *
 * @module
 */

import { hasCode } from "../../../base/errors.ts";
import { LockedError } from "../../../base/locked_error.ts";
import { RootHasher } from "../../../blocks/manifest.ts";
import type { OwnLock } from "../../../dialects/login_locks.ts";
import type { Answer, Exchange } from "../../door/exchange.ts";
import { requireParent } from "../../files/parent.ts";
import type { Locate, Place } from "../../files/place.ts";
import { existing } from "../../files/put.ts";
import { requireConditions } from "../../http/conditions.ts";
import { HttpError } from "../../http/http_error.ts";
import { depthOf } from "../depth.ts";
import { davError, xmlTextResponse } from "../multistatus.ts";
import { DAV } from "../xml/element.ts";
import { xmlBody } from "../xml/xml_body.ts";
import { activeLock } from "./lock_properties.ts";
import { type WantedLock, wantedLock } from "./lock_request.ts";
import { lockedAnswer } from "./locked_answer.ts";
import { timeoutOf } from "./timeout.ts";

/** Answers `LOCK`: 200, or 201 where it creates an empty file (RFC 4918, 7.3). */
export function lockAnswer(locate: Locate): Answer {
  return async (exchange) => {
    const root = await xmlBody(exchange.body);
    const place = await locate(exchange);
    if (root === null) return await renewed(exchange, place);
    return await taken(exchange, place, wantedLock(root));
  };
}

/** Renews the lock whose token is the only one in the `If` field. */
async function renewed(
  { headers }: Exchange,
  { locks, path, base, tokens }: Place,
): Promise<Response> {
  const [token, ...others] = new Set(tokens);
  if (token === undefined || others.length > 0) {
    throw new HttpError(400, "a LOCK without a body renews the one lock that its If field names");
  }
  const lock = await locks.renew(path, token, timeoutOf(headers));
  if (lock === null) return davError(412, "lock-token-matches-request-uri");
  return described(200, lock, base);
}

async function taken(exchange: Exchange, place: Place, wanted: WantedLock): Promise<Response> {
  const { headers, signal } = exchange;
  const shallow = depthOf(headers, ["0", "infinity"]) === "0";
  const { locks, path, base } = place;
  const before = await existing(place, exchange);
  requireConditions(headers, before);
  if (before === null) {
    if (place.folder) throw new HttpError(409, `there is no folder ${path}`, { name: path });
    await requireParent(place, signal);
  }
  let lock: OwnLock;
  try {
    lock = await locks.take({ path, ttlMs: timeoutOf(headers), shallow, ...wanted });
  } catch (error) {
    if (error instanceof LockedError) return lockedAnswer("no-conflicting-lock", error, base);
    throw error;
  }
  try {
    const created = before === null && await createEmpty(place, lock.token, signal);
    return described(created ? 201 : 200, lock, base, { "lock-token": `<${lock.token}>` });
  } catch (error) {
    await locks.release(path, lock.token);
    throw error;
  }
}

/** Creates an empty file. @returns Whether there was none, as far as a client may know. */
async function createEmpty(
  { locks, path, tokens }: Place,
  token: string,
  signal: AbortSignal,
): Promise<boolean> {
  const { files } = locks.with([...tokens, token]);
  const precondition = { kind: "absent" } as const;
  try {
    await using upload = await files.stage(path, { precondition, bytes: 0, signal });
    await upload.commit({ bytes: 0, root: new RootHasher().finish(0) }, { signal });
    return true;
  } catch (error) {
    if (hasCode(error, "conflict") && error.kind === undefined) return false;
    throw error;
  }
}

function described(
  status: 200 | 201,
  lock: OwnLock,
  base: string,
  headers?: Readonly<Record<string, string>>,
): Response {
  const discovery = `<D:lockdiscovery>${activeLock(lock, base)}</D:lockdiscovery>`;
  return xmlTextResponse(status, `<D:prop xmlns:D="${DAV}">${discovery}</D:prop>`, headers);
}
