/**
 * Proves who a client is, and finds what that user is allowed to do.
 *
 * @module
 */

import { createHash, randomBytes } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import { openAuthDatabase } from "../auth/auth_database.ts";
import { AuthVersion } from "../auth/auth_version.ts";
import { livePermission } from "../auth/live_permission.ts";
import { LoginGuard } from "../auth/login_guard.ts";
import {
  type AnonymousAccess,
  anonymousPermission,
  bothPermissions,
  type Permission,
  uniformPermission,
} from "../auth/permission.ts";
import { ANONYMOUS, Policy, type Subject } from "../auth/policy.ts";
import { Rules } from "../auth/rules.ts";
import { scopePermission } from "../auth/scope.ts";
import type { TokenEnd } from "../auth/ended_tokens.ts";
import { type TokenFacts, Tokens } from "../auth/tokens.ts";
import { Users } from "../auth/users.ts";
import { FtError } from "../base/errors.ts";
import type { Credentials } from "../dialects/dialect.ts";
import { isLoopbackHost } from "../net/loopback.ts";
import type { LeaseHolder } from "../storage/lease_holder.ts";
import { addressOf, hostOf } from "./admission.ts";

/** The connection a login comes from. */
export interface LoginOrigin {
  /** The peer's address. */
  readonly remote: string;
  readonly encrypted: boolean;
  /** Aborts when the connection ends. */
  readonly signal: AbortSignal;
}

/** A user whose credentials were accepted. */
export interface Authenticated {
  /** The user's name, `token NAME`, or `anonymous`. */
  readonly user: string;
  /** The holder of the leases this client takes. */
  readonly holder: LeaseHolder;
  /** Identifies the client across its connections. @default it is not recognised again */
  readonly identity?: string;
  readonly permission: Permission;
  /** Notes whether it has begun a transfer that is not done. @default nobody has to know */
  readonly noteUnfinished?: (any: boolean) => void;
}

/** Why a token is refused; only its holder can get one of these messages. */
const TOKEN_ENDS: Readonly<Record<TokenEnd, string>> = {
  expired: "this token has expired",
  revoked: "this token was revoked",
  spent: "this token was for one login, and is used up",
};

const ONCE_RETRY_MS = 1000;

/** Bytes that distinguish anonymous clients where they are shown or compared. */
const PUBLIC_NAME_BYTES = 16;

type Secret = Exclude<Credentials, { kind: "anonymous" }>;

/** Authenticates clients. Changes by the operator apply to running sessions, too. */
export class Authenticator implements Disposable {
  readonly #database: DatabaseSync;
  readonly #users: Users;
  readonly #tokens: Tokens;
  readonly #rules: Rules;
  readonly #version: AuthVersion;
  /** Tokens for one login that are logged in. */
  readonly #once = new Set<string>();
  readonly #guard = new LoginGuard();
  readonly #anonymous: AnonymousAccess;

  /**
   * Opens the database of users, tokens and rules.
   *
   * @param state The state folder, which must exist.
   * @param anonymous Default permissions of anonymous users.
   * @throws What opening the database throws.
   */
  constructor(state: string, anonymous: AnonymousAccess) {
    this.#database = openAuthDatabase(state);
    this.#users = new Users(this.#database);
    this.#tokens = new Tokens(this.#database);
    this.#rules = new Rules(this.#database);
    this.#version = new AuthVersion(this.#database);
    this.#anonymous = anonymous;
  }

  /**
   * Authenticates a client.
   *
   * @throws `not_allowed` for wrong credentials, or for a login over plaintext from another host;
   *   `limit` after too many failures from one host, or when too many logins wait.
   */
  async authenticate(credentials: Credentials, origin: LoginOrigin): Promise<Authenticated> {
    if (credentials.kind === "anonymous") {
      return this.#anonymously(credentials.identity, origin);
    }
    if (!origin.encrypted && !isLoopbackHost(addressOf(origin.remote))) {
      throw new FtError("not_allowed", "a login needs TLS: connect to fts://");
    }
    const source = hostOf(origin.remote);
    const prove = () => this.#prove(credentials, origin);
    const attempt = { slow: credentials.kind === "password", prove };
    return await this.#guard.attempt(source, attempt, origin.signal);
  }

  #anonymously(identity: string | undefined, origin: LoginOrigin): Authenticated {
    const permission = this.#anonymous === "none"
      ? anonymousPermission("none")
      : this.#live(() => this.#policy({ name: ANONYMOUS, role: this.#anonymous }));
    const known = identity === undefined ? undefined : publicName(identity);
    const holder = anonymousHolder(identity, known, origin, permission);
    return { user: ANONYMOUS, holder, identity: known, permission };
  }

  /** The paths of all rules and tokens. */
  ruledPaths(): readonly string[] {
    const rules = this.#rules.list().map(({ path }) => path);
    return [...rules, ...this.#tokens.list().flatMap(({ paths }) => paths)];
  }

  /** Whether a name belongs to a user other than `own`. */
  isOthers(name: string, own: string): boolean {
    return this.#users.isOthers(name, own);
  }

  /** A permission that follows changes; a user who no longer exists has none. */
  #live(make: () => Permission | undefined): Permission {
    return livePermission(() => this.#version.current, () => make() ?? uniformPermission([]));
  }

  #policy(subject: Subject): Policy {
    return new Policy(subject, this.#rules.list());
  }

  async #prove(credentials: Secret, origin: LoginOrigin): Promise<Authenticated | undefined> {
    if (credentials.kind === "token") return this.#proveToken(credentials.token, origin);
    const user = await this.#users.verify(credentials.user, credentials.password);
    if (user === undefined) return undefined;
    const permission = this.#live(() => {
      const now = this.#users.renew(user);
      return now && this.#policy(now);
    });
    const isAdmin = () => this.#users.renew(user)?.role === "admin";
    // A lease outlives the session, and a new password.
    const lasting = this.#live(() => {
      const now = this.#users.find(user.name);
      return now && this.#policy(now);
    });
    const holder = { ...holderOf(`user ${user.name}`, lasting), isAdmin };
    return { user: user.name, holder, identity: holder.id, permission };
  }

  #proveToken(secret: string, { signal }: LoginOrigin): Authenticated | undefined {
    const token = this.#tokens.take(secret);
    if (token === undefined) return undefined;
    if (typeof token === "string") throw new FtError("not_allowed", TOKEN_ENDS[token]);
    if (this.#tokenPermission(token) === undefined) {
      throw new FtError("not_allowed", TOKEN_ENDS.revoked);
    }
    const name = `token ${token.name}`;
    const permission = this.#live(() => {
      const now = this.#tokens.renew(secret);
      return now && this.#tokenPermission(now);
    });
    const login = { user: name, identity: name, permission };
    if (!token.once) return { ...login, holder: holderOf(name, permission) };
    this.#useOnce(secret, signal);
    // There may be no second login with it that could release its leases.
    const holder = { ...holderOf(name, permission), connection: signal };
    return { ...login, holder, noteUnfinished: (any) => this.#noteUnfinished(secret, any) };
  }

  /** @throws `limit` (retryable) if the login whose transfers are resumed has not ended yet. */
  #useOnce(secret: string, signal: AbortSignal): void {
    if (this.#once.has(secret)) {
      const message = "this token is for one login, which is still connected";
      throw new FtError("limit", message, { retryable: true, retryAfterMs: ONCE_RETRY_MS });
    }
    if (signal.aborted) return;
    this.#once.add(secret);
    signal.addEventListener("abort", () => this.#once.delete(secret), { once: true });
  }

  #noteUnfinished(secret: string, any: boolean): void {
    try {
      this.#tokens.noteUnfinished(secret, any);
    } catch {
      // The transfer goes on; on a full disk it may be impossible to resume it with this token.
    }
  }

  /** @returns `undefined` if the user who owns the token no longer exists. */
  #tokenPermission(token: TokenFacts): Permission | undefined {
    const scope = scopePermission(token);
    if (token.owner === undefined) return scope;
    const owner = this.#users.find(token.owner);
    return owner && bothPermissions(this.#policy(owner), scope);
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }
}

/** The space in `name` keeps it distinct from every identity a client can choose for itself. */
function holderOf(name: string, permission: Permission): LeaseHolder {
  return {
    ...{ id: name, name, source: name, anonymous: false },
    isAdmin: () => false,
    mayHold: (path) => permission.allowsBelow("write", path),
  };
}

/** A client without an identity cannot be recognised again, so its leases end with its connection. */
function anonymousHolder(
  identity: string | undefined,
  known: string | undefined,
  { remote, signal }: LoginOrigin,
  permission: Permission,
): LeaseHolder {
  const id = randomBytes(PUBLIC_NAME_BYTES).toString("hex");
  const all = { source: `host ${hostOf(remote)}`, anonymous: true };
  if (known !== undefined) {
    return { ...holderOf(known, permission), ...all, id: `identity ${identity}` };
  }
  const name = `anonymous-${id}`;
  return { ...holderOf(name, permission), ...all, id: `connection ${id}`, connection: signal };
}

/**
 * A name that does not reveal the client's identity, which is a secret. It is also compared, so it is
 * long enough that no client can find an identity with the name of another one.
 */
function publicName(identity: string): string {
  const digest = createHash("sha256").update(identity).digest();
  return `client-${digest.subarray(0, PUBLIC_NAME_BYTES).toString("hex")}`;
}
