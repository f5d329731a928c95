/**
 * `UNLOCK` (RFC 4918, 9.11).
 *
 * @module
 */

import { hasCode } from "../../../base/errors.ts";
import type { Answer } from "../../door/exchange.ts";
import type { Locate } from "../../files/place.ts";
import { HttpError } from "../../http/http_error.ts";
import { davError } from "../multistatus.ts";

/** Answers `UNLOCK`: releases the lock whose token is in `Lock-Token`. */
export function unlockAnswer(locate: Locate): Answer {
  return async (exchange) => {
    const [, token] = /^<([^<>\s]+)>$/.exec(exchange.headers.get("lock-token") ?? "") ?? [];
    if (token === undefined) throw new HttpError(400, "UNLOCK needs a Lock-Token: <TOKEN>");
    const { locks, path } = await locate(exchange);
    try {
      await locks.release(path, token);
    } catch (error) {
      if (hasCode(error, "not_found")) return davError(409, "lock-token-matches-request-uri");
      if (!hasCode(error, "not_allowed") || error.kind !== "locked") throw error;
      throw new HttpError(403, error.message, { cause: error, name: error.subject });
    }
    return new Response(null, { status: 204 });
  };
}
