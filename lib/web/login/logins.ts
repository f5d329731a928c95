/**
 * Logins that outlive a connection. A browser opens several connections, and each of their requests
 * has the same credentials: they are verified once.
 *
 * @module
 */

import { createHmac, randomBytes } from "node:crypto";
import { every } from "../../base/every.ts";
import { FtError } from "../../base/errors.ts";
import { MAX_WEB_LOGINS, WEB_LOGIN_MS, WEB_SESSION_MS } from "../../base/limits.ts";
import type { Credentials, Login, Session } from "../../dialects/dialect.ts";

/** The part of a session of the server that logs in. */
export type LoginSession = Pick<Session, "login" | "host">;

interface Entry {
  readonly login: Promise<Login>;
  readonly end: AbortController;
  readonly lastsMs: number;
  usedMs: number;
}

const SWEEP_MS = 15_000;
const SESSION_BYTES = 32;

/** Logins by their credentials, and sessions of browsers by their cookie. */
export class Logins implements Disposable {
  readonly #entries = new Map<string, Entry>();
  /** So that memory has no passwords, and what it has cannot be guessed elsewhere. */
  readonly #key = randomBytes(32);
  readonly #timer = every(SWEEP_MS, () => this.#dropUnused());

  /**
   * Logs in with the credentials of a request. The same ones from the same host share a login. A
   * failure is not remembered.
   *
   * @throws As `Session.login`.
   */
  loginFor(session: LoginSession, credentials: Credentials): Promise<Login> {
    if (credentials.kind === "anonymous") return session.login(credentials);
    const key = this.#digest(session.host, JSON.stringify(credentials));
    const known = this.#use(key);
    if (known !== undefined) return known;
    const end = new AbortController();
    const login = session.login(credentials, end.signal);
    const entry = { login, end, lastsMs: WEB_LOGIN_MS, usedMs: performance.now() };
    this.#add(key, entry);
    login.catch(() => this.#entries.get(key) === entry && this.#drop(key));
    return login;
  }

  /**
   * Begins a session.
   *
   * @returns Its secret.
   * @throws As `Session.login`.
   */
  async begin(session: LoginSession, credentials: Credentials): Promise<string> {
    const end = new AbortController();
    const login = Promise.resolve(await session.login(credentials, end.signal));
    const secret = randomBytes(SESSION_BYTES).toString("base64url");
    const key = this.#digest("session", secret);
    this.#add(key, { login, end, lastsMs: WEB_SESSION_MS, usedMs: performance.now() });
    return secret;
  }

  /** Returns the login of a session, if it has not ended. */
  sessionOf(secret: string): Promise<Login> | undefined {
    return this.#use(this.#digest("session", secret));
  }

  /** Ends a session. */
  end(secret: string): void {
    this.#drop(this.#digest("session", secret));
  }

  #digest(...parts: readonly string[]): string {
    return createHmac("sha256", this.#key).update(parts.join("\0")).digest("base64");
  }

  #use(key: string): Promise<Login> | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined || isUnused(entry)) return undefined;
    entry.usedMs = performance.now();
    // A map keeps insertion order: the first one was used the longest time ago.
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.login;
  }

  #add(key: string, entry: Entry): void {
    this.#drop(key);
    if (this.#entries.size >= MAX_WEB_LOGINS) this.#drop(this.#entries.keys().next().value!);
    this.#entries.set(key, entry);
  }

  #dropUnused(): void {
    for (const [key, entry] of this.#entries) if (isUnused(entry)) this.#drop(key);
  }

  #drop(key: string): void {
    this.#entries.get(key)?.end.abort(new FtError("network", "the session has ended"));
    this.#entries.delete(key);
  }

  [Symbol.dispose](): void {
    this.#timer[Symbol.dispose]();
    for (const key of [...this.#entries.keys()]) this.#drop(key);
  }
}

function isUnused({ usedMs, lastsMs }: Entry): boolean {
  return performance.now() - usedMs >= lastsMs;
}
