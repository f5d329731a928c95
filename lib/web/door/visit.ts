/**
 * The logins of one connection.
 *
 * @module
 */

import type { Credentials, Login, Session } from "../../dialects/dialect.ts";
import { isLoopbackHost } from "../../net/loopback.ts";
import { sessionIn } from "../login/cookies.ts";
import { credentialsIn } from "../login/credentials.ts";
import type { Logins } from "../login/logins.ts";

/** One connection, whose requests may come from different users. */
export class Visit {
  readonly #session: Session;
  readonly #logins: Logins;
  #anonymous: Promise<Login> | undefined;

  constructor(session: Session, logins: Logins) {
    this.#session = session;
    this.#logins = logins;
  }

  /** Whether passwords and tokens are accepted: over TLS, and from this machine. */
  get canLogIn(): boolean {
    return this.#session.connection.encrypted || isLoopbackHost(this.#session.host);
  }

  /**
   * Logs in with the credentials of a request: its `Authorization` field, else its session, else
   * anonymously.
   *
   * @param credentials Used instead of those.
   * @throws As `Session.login`, and an `HttpError` for a field that cannot be understood.
   */
  login(headers: Headers, credentials?: Credentials): Promise<Login> {
    const given = credentials ?? credentialsIn(headers.get("authorization"));
    if (given !== undefined) return this.#logins.loginFor(this.#session, given);
    const secret = sessionIn(headers);
    const session = secret === undefined ? undefined : this.#logins.sessionOf(secret);
    return session ?? this.anonymous();
  }

  /** The client's host, to which limits apply. */
  get host(): string {
    return this.#session.host;
  }

  /** Logs in without credentials, once for all requests. */
  anonymous(): Promise<Login> {
    return this.#anonymous ??= this.#session.login({ kind: "anonymous" });
  }

  /** Begins a session. @returns Its secret. @throws As `Session.login`. */
  begin(credentials: Credentials): Promise<string> {
    return this.#logins.begin(this.#session, credentials);
  }

  /** Ends the session of a request. */
  end(headers: Headers): void {
    const secret = sessionIn(headers);
    if (secret !== undefined) this.#logins.end(secret);
  }
}
