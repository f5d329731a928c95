/**
 * From credentials to a user and what that user may do.
 *
 * @module
 */

import { createHash } from "node:crypto";
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
import { type TokenFacts, Tokens } from "../auth/tokens.ts";
import { Users } from "../auth/users.ts";
import { FtError } from "../base/errors.ts";
import type { Credentials } from "../dialects/dialect.ts";
import { isLoopbackHost } from "../net/loopback.ts";
import { addressOf, hostOf } from "./admission.ts";

/** Where a login comes from. */
export interface LoginOrigin {
  /** The peer's address. */
  readonly remote: string;
  readonly encrypted: boolean;
  /** Ends when the connection does. */
  readonly signal: AbortSignal;
}

/** Who logged in. */
export interface Identified {
  /** The user's name, `token NAME`, or `anonymous`. */
  readonly user: string;
  /** Whose the leases are that it takes. */
  readonly holder: string;
  /** Names the client across its connections; absent where it does not. */
  readonly identity?: string;
  readonly permission: Permission;
}

type Secret = Exclude<Credentials, { kind: "anonymous" }>;

/** Proves who clients are. What the operator changes counts for sessions that run, too. */
export class Logins implements Disposable {
  readonly #database: DatabaseSync;
  readonly #users: Users;
  readonly #tokens: Tokens;
  readonly #rules: Rules;
  readonly #version: AuthVersion;
  readonly #guard = new LoginGuard();
  readonly #anonymous: AnonymousAccess;

  /**
   * Opens what is known of users.
   *
   * @param state The state folder, which exists.
   * @param anonymous What a client without login may do where no rule says otherwise.
   * @throws When the database cannot be used.
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
   * Identifies a client.
   *
   * @throws `not_allowed` for wrong credentials, or ones that everybody on the way could read;
   *   `limit` for a host with too many failures.
   */
  async identify(credentials: Credentials, origin: LoginOrigin): Promise<Identified> {
    if (credentials.kind === "anonymous") return this.#nobody(credentials.identity, origin.remote);
    if (!origin.encrypted && !isLoopbackHost(addressOf(origin.remote))) {
      throw new FtError("not_allowed", "a login needs TLS: connect to fts://");
    }
    const source = hostOf(origin.remote);
    return await this.#guard.attempt(source, () => this.#prove(credentials), origin.signal);
  }

  #nobody(identity: string | undefined, remote: string): Identified {
    const permission = this.#anonymous === "none"
      ? anonymousPermission("none")
      : this.#live(() => this.#policy({ name: ANONYMOUS, role: this.#anonymous }));
    const known = identity === undefined ? undefined : publicName(identity);
    return {
      user: ANONYMOUS,
      holder: known ?? remote,
      ...(known !== undefined && { identity: known }),
      permission,
    };
  }

  /** Whether a name is that of a user other than `own`. */
  isOthers(name: string, own: string): boolean {
    return this.#users.isOthers(name, own);
  }

  /** Who is gone may do nothing. */
  #live(make: () => Permission | undefined): Permission {
    return livePermission(() => this.#version.current, () => make() ?? uniformPermission([]));
  }

  #policy(subject: Subject): Policy {
    return new Policy(subject, this.#rules.list());
  }

  async #prove(credentials: Secret): Promise<Identified | undefined> {
    if (credentials.kind === "token") return this.#proveToken(credentials.token);
    const user = await this.#users.verify(credentials.user, credentials.password);
    if (user === undefined) return undefined;
    const permission = this.#live(() => {
      const now = this.#users.renew(user);
      return now && this.#policy(now);
    });
    return identified(user.name, `user ${user.name}`, permission);
  }

  #proveToken(secret: string): Identified | undefined {
    const token = this.#tokens.take(secret);
    if (token === undefined || this.#tokenPermission(token) === undefined) return undefined;
    const name = `token ${token.name}`;
    const permission = this.#live(() => {
      // One for a single login is gone by now, and still good for this one.
      const now = token.once ? token : this.#tokens.renew(secret);
      return now && this.#tokenPermission(now);
    });
    return identified(name, name, permission);
  }

  /** `undefined` when the user it belongs to is gone. */
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

/** The blank in `holder` tells it from every identity that a client may give itself. */
function identified(user: string, holder: string, permission: Permission): Identified {
  return { user, holder, identity: holder, permission };
}

/** What others may see of an identity, which is a secret. */
function publicName(identity: string): string {
  return `client-${createHash("sha256").update(identity).digest("hex").slice(0, 12)}`;
}
