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
  type Permission,
  uniformPermission,
} from "../auth/permission.ts";
import { ANONYMOUS, Policy, type Rule, type Subject } from "../auth/policy.ts";
import { Rules } from "../auth/rules.ts";
import { type Sharer, Sharing } from "../auth/sharing.ts";
import { Tokens } from "../auth/tokens.ts";
import { Users } from "../auth/users.ts";
import { FtError } from "../base/errors.ts";
import type { Credentials } from "../dialects/dialect.ts";
import { isLoopbackHost } from "../net/loopback.ts";
import type { LeaseHolder } from "../storage/lease_holder.ts";
import { addressOf, hostOf } from "./admission.ts";
import { type Authenticated, holderOf, type LoginOrigin } from "./authenticated.ts";
import { TokenLogins } from "./token_logins.ts";

/** Bytes that distinguish anonymous clients where they are shown or compared. */
const PUBLIC_NAME_BYTES = 16;

type Secret = Exclude<Credentials, { kind: "anonymous" }>;

/** Authenticates clients. Changes by the operator apply to running sessions, too. */
export class Authenticator implements Disposable {
  /** Counts failed logins. */
  readonly guard: LoginGuard = new LoginGuard();
  readonly #database: DatabaseSync;
  readonly #users: Users;
  readonly #tokens: Tokens;
  readonly #rules: Rules;
  readonly #version: AuthVersion;
  readonly #tokenLogins: TokenLogins;
  readonly #anonymous: AnonymousAccess;
  readonly #shares: boolean;

  /**
   * Opens the database of users, tokens and rules.
   *
   * @param state The state folder, which must exist.
   * @param anonymous Default permissions of anonymous users.
   * @param shares Whether users may make share links, and use those that were made.
   * @throws What opening the database throws.
   */
  constructor(state: string, anonymous: AnonymousAccess, shares = true) {
    this.#database = openAuthDatabase(state);
    this.#users = new Users(this.#database);
    this.#tokens = new Tokens(this.#database);
    this.#rules = new Rules(this.#database);
    this.#version = new AuthVersion(this.#database);
    this.#anonymous = anonymous;
    this.#shares = shares;
    this.#tokenLogins = new TokenLogins({
      tokens: this.#tokens,
      policyOf: (name) => this.#policyOf(name),
      live: (make) => this.#live(make),
      sharing: (sharer) => this.#sharing(sharer),
      sharesLogIn: shares,
    });
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
    return await this.guard.attempt(source, attempt, origin.signal);
  }

  #anonymously(identity: string | undefined, origin: LoginOrigin): Authenticated {
    const permission = this.#anonymous === "none"
      ? anonymousPermission("none")
      : this.#live(() => this.#policy({ name: ANONYMOUS, role: this.#anonymous }));
    const known = identity === undefined ? undefined : publicName(identity);
    const holder = anonymousHolder(identity, known, origin, permission);
    return { user: ANONYMOUS, holder, identity: known, permission, sharing: "anonymous" };
  }

  /** Whether clients without a login may read a path. */
  isPublic(path: string): boolean {
    if (this.#anonymous === "none") return false;
    return this.#policy({ name: ANONYMOUS, role: this.#anonymous }).allows("read", path);
  }

  /** The paths of all rules and tokens. */
  ruledPaths(): readonly string[] {
    const rules = this.#rules.list().map(({ path }) => path);
    return [...rules, ...this.#tokens.list().flatMap(({ paths }) => paths)];
  }

  /** All rules. */
  rules(): readonly Rule[] {
    return this.#rules.list();
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

  #policyOf(name: string): Policy | undefined {
    const user = this.#users.find(name);
    return user && this.#policy(user);
  }

  async #prove(credentials: Secret, origin: LoginOrigin): Promise<Authenticated | undefined> {
    if (credentials.kind === "token") return this.#tokenLogins.prove(credentials.token, origin);
    const user = await this.#users.verify(credentials.user, credentials.password);
    if (user === undefined) return undefined;
    const permission = this.#live(() => {
      const now = this.#users.renew(user);
      return now && this.#policy(now);
    });
    const isAdmin = () => this.#users.renew(user)?.role === "admin";
    // A lease outlives the session, and a new password.
    const lasting = this.#live(() => this.#policyOf(user.name));
    const holder = { ...holderOf(`user ${user.name}`, lasting), isAdmin };
    const isValid = () => this.#users.renew(user) !== undefined;
    const sharing = this.#sharing({ name: user.name, owner: user.name, isValid, isAdmin });
    return { user: user.name, holder, identity: holder.id, permission, sharing };
  }

  #sharing(sharer: Sharer): Sharing | "off" {
    return this.#shares ? new Sharing(this.#tokens, sharer, () => this.#version.changed()) : "off";
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }
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
