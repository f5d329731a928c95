/**
 * Sessions of browsers: `POST /login` begins one, `POST /logout` ends it.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { MAX_FORM_BYTES } from "../../base/limits.ts";
import { hasCode } from "../../base/errors.ts";
import type { Credentials } from "../../dialects/dialect.ts";
import type { Exchange, Route } from "../door/exchange.ts";
import type { Visit } from "../door/visit.ts";
import { HttpError } from "../http/http_error.ts";
import { sessionCookie } from "./cookies.ts";

async function logIn({ body, headers, visit, encrypted }: Exchange): Promise<Response> {
  const type = headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/x-www-form-urlencoded") {
    throw new HttpError(415, "a login is a form");
  }
  const text = Buffer.from(await body.bytes(MAX_FORM_BYTES)).toString();
  const secret = await begun(visit, credentialsOf(new URLSearchParams(text)));
  visit.end(headers);
  return redirect(sessionCookie(secret, encrypted));
}

/** @throws {HttpError} 401 for wrong credentials: the page shows its form again. */
async function begun(visit: Visit, credentials: Credentials): Promise<string> {
  try {
    return await visit.begin(credentials);
  } catch (error) {
    if (!hasCode(error, "not_allowed") || !visit.canLogIn) throw error;
    const headers = { "www-authenticate": 'Bearer realm="ftserver"' };
    throw new HttpError(401, error.message, { cause: error, headers });
  }
}

/** @throws {HttpError} 400 for a form without them. */
function credentialsOf(form: URLSearchParams): Credentials {
  const [user, password, token] = ["user", "password", "token"].map((name) => form.get(name));
  if (token) return { kind: "token", token };
  if (user && password) return { kind: "password", user, password };
  throw new HttpError(400, "a login has user and password, or token");
}

function logOut({ headers, visit, encrypted }: Exchange): Promise<Response> {
  visit.end(headers);
  return Promise.resolve(redirect(sessionCookie(undefined, encrypted)));
}

function redirect(cookie: string): Response {
  const headers = { location: "/files/", "set-cookie": cookie, "cache-control": "no-store" };
  return new Response(null, { status: 303, headers });
}

/** The routes of sessions. */
export const LOGIN_ROUTES: readonly Route[] = [
  { path: "/login", methods: { POST: logIn } },
  { path: "/logout", methods: { POST: logOut } },
];
