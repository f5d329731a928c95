/**
 * The answer about a lock that is in the way: 423, with its address (RFC 4918, 16).
 *
 * @module
 */

import { LockedError } from "../../../base/locked_error.ts";
import type { Answer, Exchange } from "../../door/exchange.ts";
import { baseOf } from "../../files/place.ts";
import { encodePath } from "../../files/web_path.ts";
import { xmlResponse } from "../multistatus.ts";
import { dav } from "../xml/element.ts";

/** The methods that only clients of WebDAV use. */
const METHODS = new Set(["PROPFIND", "PROPPATCH", "COPY", "MOVE", "LOCK", "UNLOCK"]);

/** The answer about a lock in the way. @param base The path in URLs of the root. */
export function lockedAnswer(
  precondition: "lock-token-submitted" | "no-conflicting-lock",
  { locked }: LockedError,
  base: string,
): Response {
  const href = locked === "." ? base : `${base}${encodePath(locked)}`;
  return xmlResponse(423, dav("error", dav(precondition, dav("href", href))));
}

/**
 * Answers a client of WebDAV in XML if a lock is in the way. For other clients that refusal is a
 * problem, like every other one.
 */
export function withLockedAnswer(answer: Answer): Answer {
  return async (exchange) => {
    try {
      return await answer(exchange);
    } catch (error) {
      if (!(error instanceof LockedError) || !knowsLocks(exchange)) throw error;
      return lockedAnswer("lock-token-submitted", error, baseOf(exchange.path));
    }
  };
}

function knowsLocks({ method, headers }: Pick<Exchange, "method" | "headers">): boolean {
  if (METHODS.has(method) || headers.has("if")) return true;
  return /\bxml\b/.test(headers.get("accept") ?? "");
}
