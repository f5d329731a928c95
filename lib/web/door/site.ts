/**
 * Everything that requests to one listener share: its routes, its logins and its checks.
 *
 * @module
 */

import { FtError, hasCode } from "../../base/errors.ts";
import { asFtError } from "../../base/os_errors.ts";
import type { Credentials, Login, Session } from "../../dialects/dialect.ts";
import { HttpError } from "../http/http_error.ts";
import { statusOf } from "../http/problem.ts";
import type { RequestBody } from "../http/request_body.ts";
import { optionsOf, type RequestHead } from "../http/request_head.ts";
import { CHALLENGE } from "../login/credentials.ts";
import { Logins } from "../login/logins.ts";
import { errorAnswer, wantsPage } from "../shell/html_problem.ts";
import { corsFields, isPreflight, preflight, requireSameSite } from "./cross_site.ts";
import type { Exchange, Route } from "./exchange.ts";
import { HostCheck } from "./host_check.ts";
import { leaving } from "./leaving.ts";
import { answerBy } from "./routes.ts";
import type { Visit } from "./visit.ts";
import type { WebOptions } from "./web_options.ts";

/** Fields of every answer: what users upload must never act as a part of this site. */
const SAFETY: Readonly<Record<string, string>> = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "x-frame-options": "DENY",
  "cross-origin-resource-policy": "same-origin",
};
const NO_CONTENT = "default-src 'none'; frame-ancestors 'none'";

/** The user of one request. */
interface Visitor {
  anonymous: boolean;
  /** Whether a login was refused. */
  refused: boolean;
}

/** A request, and what is found out about it. */
interface Asked {
  readonly head: RequestHead;
  readonly body: RequestBody;
  readonly visit: Visit;
  readonly user: Visitor;
  readonly fields: Headers;
}

/** A site. */
export class Site implements Disposable {
  readonly logins = new Logins();
  readonly #routes: readonly Route[];
  readonly #hosts: HostCheck;
  readonly #trusted: ReadonlySet<string>;

  constructor(routes: readonly Route[], { hosts = [], origins = [] }: WebOptions) {
    this.#routes = routes;
    this.#hosts = new HostCheck(hosts);
    this.#trusted = new Set(origins);
  }

  /** Answers a request; an error becomes an answer. @throws If the connection is lost. */
  async answer(
    head: RequestHead,
    body: RequestBody,
    session: Session,
    visit: Visit,
  ): Promise<Response> {
    const user: Visitor = { anonymous: true, refused: false };
    const fields = new Headers();
    try {
      if (session.draining.aborted) throw stopping();
      const exchange = this.#exchange({ head, body, visit, user, fields }, session);
      const cors = corsFields(exchange, this.#trusted);
      if (cors !== undefined && isPreflight(exchange)) return this.finished(preflight(head), cors);
      requireReadable(head);
      requireSameSite(exchange, this.#trusted);
      const response = await answerBy(this.#routes, exchange);
      return this.finished(response, { ...cors, ...Object.fromEntries(fields) });
    } catch (thrown) {
      session.signal.throwIfAborted();
      const error = asFtError(thrown);
      const level = error.code === "internal" ? "error" : "debug";
      const { code, message } = error;
      session.log[level]("request.failed", { op: head.method, code, message });
      const asked = user.refused || (user.anonymous && error.kind === "permission");
      const shown = asked && visit.canLogIn ? askToLogIn(error, head) : error;
      const cors = corsFields(head, this.#trusted);
      return this.finished(errorAnswer(shown, head), { ...cors, ...Object.fromEntries(fields) });
    }
  }

  #exchange(
    { head, body, visit, user, fields }: Asked,
    session: Session,
  ): Exchange {
    const { connection: { encrypted }, signal, draining } = session;
    const origin = this.#hosts.originOf(head.host, encrypted);
    const login = async (credentials?: Credentials): Promise<Login> => {
      try {
        const login = await visit.login(head.headers, credentials);
        user.anonymous = login.user === "anonymous";
        session.usedBy(login.user);
        return login;
      } catch (error) {
        user.refused = true;
        throw error;
      }
    };
    const { method, path, headers } = head;
    const query = new URLSearchParams(head.query);
    const asked = { method, path, query, headers, body, origin, encrypted, signal, draining };
    return {
      ...{ ...asked, login, visit, fields },
      leaving: () => leaving(session),
      operatorFor: (login) => session.operatorFor(login),
      requireOwnPage: (what) => requireSameSite({ method: what, headers, origin }, this.#trusted),
    };
  }

  /** Adds the fields that every answer has. */
  finished(response: Response, more: Readonly<Record<string, string>> = {}): Response {
    const { headers } = response;
    for (const [name, value] of Object.entries(more)) headers.set(name, value);
    for (const [name, value] of Object.entries(SAFETY)) {
      if (!headers.has(name)) headers.set(name, value);
    }
    if (!headers.has("content-security-policy")) headers.set("content-security-policy", NO_CONTENT);
    if (this.#trusted.size > 0) headers.append("vary", "Origin");
    return response;
  }

  [Symbol.dispose](): void {
    this.logins[Symbol.dispose]();
  }
}

function stopping(): FtError {
  return new FtError("limit", "the server is stopping", { retryable: true });
}

/** @throws {HttpError} For an expectation or a coding that this server does not know. */
function requireReadable({ headers }: RequestHead): void {
  const expected = optionsOf(headers.get("expect"));
  if (expected.some((option) => option !== "100-continue")) {
    throw new HttpError(417, "the only expectation that is met is 100-continue");
  }
  const coding = headers.get("content-encoding");
  if (coding !== null && coding.toLowerCase() !== "identity") {
    throw new HttpError(415, `requests are not decompressed: Content-Encoding is ${coding}`);
  }
}

/** Turns a refusal into the request for a login. */
function askToLogIn(error: FtError, head: RequestHead): FtError {
  if (!hasCode(error, "not_allowed") || statusOf(error) !== 403) return error;
  if (error instanceof HttpError) return error;
  // Our page shows a form of its own, instead of the browser's.
  const hasForm = head.headers.get("sec-fetch-mode") === "cors" || wantsPage(head);
  const challenge = hasForm ? 'Bearer realm="ftserver"' : CHALLENGE;
  return new HttpError(401, error.message, {
    cause: error,
    name: error.subject,
    headers: { "www-authenticate": challenge },
  });
}
