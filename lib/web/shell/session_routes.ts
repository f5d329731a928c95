/**
 * The facts about its user that a page needs to offer only what is possible.
 *
 * @module
 */

import { hasCode } from "../../base/errors.ts";
import type { Login } from "../../dialects/dialect.ts";
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
  const { path } = await locate({ ...exchange, path: at });
  const login = await exchange.login(token === undefined ? undefined : { kind: "token", token });
  const session = {
    user: login.user,
    anonymous: login.user === "anonymous",
    canLogIn: exchange.visit.canLogIn,
    canWrite: canWrite(login, path),
    admin: login.isAdmin(),
  };
  const headers = { "content-type": "application/json", "cache-control": "no-store" };
  return sized(`${JSON.stringify(session)}\n`, { headers });
}

function canWrite(login: Login, path: string): boolean {
  try {
    login.requireWrite(path);
    return true;
  } catch (error) {
    if (hasCode(error, "not_allowed")) return false;
    throw error;
  }
}

/** The route of the session. */
export const SESSION_ROUTES: readonly Route[] = [
  { path: "/session", methods: { GET: answerSession } },
];
