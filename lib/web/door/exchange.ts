/**
 * A request, as the functions that answer it see it.
 *
 * @module
 */

import type { Credentials, Login } from "../../dialects/dialect.ts";
import type { Operator } from "../../dialects/operator.ts";
import type { RequestBody } from "../http/request_body.ts";
import type { Visit } from "./visit.ts";

/** A request and what belongs to it. */
export interface Exchange {
  readonly method: string;
  /** The path of the target as it was sent, percent-encoded; it begins with `/`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Headers;
  /** The body, which is not read yet. */
  readonly body: RequestBody;
  /** The origin that the client addresses, such as `http://127.0.0.1:8000`. */
  readonly origin: string;
  /** Whether the connection uses TLS. */
  readonly encrypted: boolean;
  /** Aborts when the connection ends. */
  readonly signal: AbortSignal;
  /** Aborts when the server stops: a request that can go on later ends. */
  readonly draining: AbortSignal;
  /**
   * Returns a signal for an answer that does not end by itself: it aborts when the client ends its
   * side of the connection, when that is lost, and when the server drains.
   */
  leaving(): AbortSignal;
  /**
   * Refuses a request from a page of another site, as all that change something are.
   *
   * @param what The action in words, such as "receive events".
   * @throws {HttpError} 403.
   */
  requireOwnPage(what: string): void;
  /** The server as the user of a login may operate it. */
  operatorFor(login: Login): Operator;
  /** The connection, on which a session can begin and end. */
  readonly visit: Visit;
  /** Header fields of the answer, also of one that is an error. */
  readonly fields: Headers;
  /**
   * Logs the client in with the credentials of the request, or anonymously.
   *
   * @param credentials Used instead of those of the request.
   * @throws As `Session.login`.
   */
  login(credentials?: Credentials): Promise<Login>;
}

/** Answers a request. An error that it throws becomes an answer, too. */
export type Answer = (exchange: Exchange) => Promise<Response>;

/** A part of the site. */
export interface Route {
  /** Its path; one with a slash at its end stands for all below it, too. `/` is only itself. */
  readonly path: string;
  /** The answers, by method. `HEAD` is answered as `GET`, if it has no answer of its own. */
  readonly methods: Readonly<Record<string, Answer>>;
  /** Header fields of the answer to `OPTIONS`. @default none */
  readonly options?: Readonly<Record<string, string>>;
}
