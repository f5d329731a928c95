/**
 * Sessions of browsers: `POST /login` begins one, `POST /logout` ends it.
 *
 * @module
 */

import { accepts } from "@std/http/negotiation";
import { MAX_FORM_BYTES } from "../../base/limits.ts";
import { hasCode } from "../../base/errors.ts";
import type { Credentials } from "../../dialects/dialect.ts";
import type { Exchange, Route } from "../door/exchange.ts";
import type { Visit } from "../door/visit.ts";
import { readForm } from "../http/form.ts";
import { HttpError } from "../http/http_error.ts";
import { htmlPage } from "../shell/html_page.ts";
import { loginForm } from "../shell/login_form.ts";
import { sessionCookie } from "./cookies.ts";

/** Where a login may lead: files of this site, and the operator's view. */
const OWN_PATH = /^(\/files\/[^\s\\]*|\/operator)$/;

async function logIn(exchange: Exchange): Promise<Response> {
  const { headers, visit, encrypted } = exchange;
  const form = await readForm(exchange, MAX_FORM_BYTES);
  const secret = await begun(visit, credentialsOf(form));
  visit.end(headers);
  return done(exchange, sessionCookie(secret, encrypted), form.get("to"));
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

function logOut(exchange: Exchange): Promise<Response> {
  exchange.visit.end(exchange.headers);
  return Promise.resolve(done(exchange, sessionCookie(undefined, exchange.encrypted), null));
}

/** A script gets the cookie alone; a form is sent on to files. */
function done(exchange: Exchange, cookie: string, to: string | null): Response {
  const headers = new Headers({ "set-cookie": cookie, "cache-control": "no-store" });
  if (accepts(exchange, "text/html", "application/json") === "application/json") {
    return new Response(null, { status: 204, headers });
  }
  headers.set("location", to !== null && OWN_PATH.test(to) ? to : "/files/");
  return new Response(null, { status: 303, headers });
}

function showForm(): Promise<Response> {
  const body = `<main class="blank"><h1>Log in</h1>${loginForm("/files/")}</main>`;
  return Promise.resolve(htmlPage({ title: "Log in", body }));
}

/** The routes of sessions. */
export const LOGIN_ROUTES: readonly Route[] = [
  { path: "/login", methods: { GET: showForm, POST: logIn } },
  { path: "/logout", methods: { POST: logOut } },
];
