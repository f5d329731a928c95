/**
 * The session of a page: its user, and what that user may do.
 *
 * @module
 */

import type { Exchange, Route } from "../door/exchange.ts";
import { locateFile, locateShared } from "../files/locate.ts";
import { sharedToken } from "../files/place.ts";
import { HttpError } from "../http/http_error.ts";
import { sized } from "../http/problem.ts";

/** Answers with the user, and the user's rights in the folder `?at=/files/PATH/`. */
async function answerSession(exchange: Exchange): Promise<Response> {
  const at = exchange.query.get("at") ?? "/files/";
  const token = sharedToken(at);
  if (token === undefined && !at.startsWith("/files/")) throw new HttpError(400, "invalid at");
  const locate = token === undefined ? locateFile : locateShared;
  const { session } = await locate({ ...exchange, path: at });
  const headers = { "content-type": "application/json", "cache-control": "no-store" };
  return sized(`${JSON.stringify(session())}\n`, { headers });
}

/** The route of the session. */
export const SESSION_ROUTES: readonly Route[] = [
  { path: "/session", methods: { GET: answerSession } },
];
