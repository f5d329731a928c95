/**
 * Logins with tokens: those that an operator made, and the shares of users.
 *
 * @module
 */

import type { TokenEnd } from "../auth/ended_tokens.ts";
import { bothPermissions, type Permission } from "../auth/permission.ts";
import type { Policy } from "../auth/policy.ts";
import { scopePermission } from "../auth/scope.ts";
import type { Sharer, Sharing } from "../auth/sharing.ts";
import type { TokenFacts, Tokens } from "../auth/tokens.ts";
import { FtError } from "../base/errors.ts";
import { ConnectionClosed } from "../net/connection.ts";
import {
  type Authenticated,
  holderOf,
  type LoginOrigin,
  type SharingRefusal,
} from "./authenticated.ts";

/** Where tokens and the rights of their owners are looked up. */
export interface TokenContext {
  readonly tokens: Tokens;
  /** Returns the current rights of a user, if there is one with this name. */
  policyOf(name: string): Policy | undefined;
  /** Makes a permission that follows changes; without a current one it allows nothing. */
  live(make: () => Permission | undefined): Permission;
  /** Returns the shares of a login, or `off` if there are none on this server. */
  sharing(sharer: Sharer): Sharing | "off";
  /** Whether shares log in. */
  readonly sharesLogIn: boolean;
}

/** Why a token is refused; only its holder can get one of these messages. */
const TOKEN_ENDS: Readonly<Record<TokenEnd, string>> = {
  expired: "this token has expired",
  revoked: "this token was revoked",
  spent: "this token was for one login, and is used up",
};

/** The same for shares, whose holders know them as links. */
const SHARE_ENDS: Readonly<Record<TokenEnd, string>> = {
  expired: "this link has expired",
  revoked: "this link was revoked",
  spent: "this link was for one download, and is used up",
};

const ONCE_RETRY_MS = 1000;

/** Authenticates by tokens. */
export class TokenLogins {
  readonly #context: TokenContext;
  /** Tokens for one login that are logged in. */
  readonly #once = new Set<string>();

  constructor(context: TokenContext) {
    this.#context = context;
  }

  /**
   * Logs in with a token.
   *
   * @returns `undefined` for one that is unknown.
   * @throws `not_allowed` for one that ended; `limit` (retryable) for one that is in use.
   */
  prove(secret: string, { signal }: LoginOrigin): Authenticated | undefined {
    const token = this.#take(secret);
    if (token === undefined) return undefined;
    const name = `token ${token.name}`;
    const permission = this.#context.live(() => {
      const now = this.#context.tokens.renew(secret);
      return now && this.#permission(now);
    });
    const sharing = this.#sharing(secret, token);
    const login = { user: name, identity: name, permission, sharing };
    if (!token.once) return { ...login, holder: holderOf(name, permission) };
    this.#useOnce(secret, signal);
    // There may be no second login with it that could release its leases.
    const holder = { ...holderOf(name, permission), connection: signal };
    return { ...login, ...this.#notes(secret, token, signal), holder };
  }

  /** @throws `not_allowed` for a token that permits no login. */
  #take(secret: string): TokenFacts | undefined {
    const token = this.#context.tokens.take(secret);
    if (token === undefined) return undefined;
    const { tokens, sharesLogIn } = this.#context;
    if (typeof token === "string") {
      const isShare = tokens.renew(secret)?.madeBy !== undefined;
      throw new FtError("not_allowed", (isShare ? SHARE_ENDS : TOKEN_ENDS)[token]);
    }
    const isShare = token.madeBy !== undefined;
    if (isShare && !sharesLogIn) {
      throw new FtError("not_allowed", "share links are switched off on this server");
    }
    if (this.#permission(token) === undefined) {
      throw new FtError("not_allowed", (isShare ? SHARE_ENDS : TOKEN_ENDS).revoked);
    }
    return token;
  }

  /** @returns `undefined` if the user who owns it, or the token it was made with, is gone. */
  #permission(token: TokenFacts): Permission | undefined {
    const scope = scopePermission(token);
    if (token.parent === undefined && token.owner === undefined) return scope;
    const limit = this.#limitOf(token);
    return limit && bothPermissions(limit, scope);
  }

  #limitOf({ parent, owner }: TokenFacts): Permission | undefined {
    if (parent === undefined) return this.#context.policyOf(owner!);
    const token = this.#context.tokens.find(parent);
    return token && this.#permission(token);
  }

  #sharing(secret: string, token: TokenFacts): Sharing | SharingRefusal {
    if (token.madeBy !== undefined) return "share";
    if (token.once) return "once";
    const { tokens, sharing } = this.#context;
    const { name, owner, expiresAtMs } = token;
    const parent = tokens.idOf(secret);
    const isValid = () => tokens.renew(secret) !== undefined;
    const sharer = { name: `token ${name}`, owner, parent, expiresAtMs, isValid };
    return sharing({ ...sharer, isAdmin: () => false });
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

  /**
   * Notes what a login for once leaves to its holder: transfers that were cut, and downloads whose
   * last bytes may be lost with the connection. The share of a file ends with its download.
   */
  #notes(secret: string, { paths, madeBy }: TokenFacts, signal: AbortSignal) {
    const left = { cut: false, unread: false };
    let complete = false;
    const { tokens } = this.#context;
    const note = () => {
      const unfinished = left.unread || (left.cut && !complete);
      bestEffort(() => tokens.noteUnfinished(secret, unfinished));
    };
    const noteUnfinished = (any: boolean) => {
      left.cut = any;
      note();
    };
    const noteDownloaded = (path: string) => {
      left.unread = true;
      if (madeBy !== undefined) {
        complete ||= paths.includes(path);
        bestEffort(() => tokens.spend(secret));
      }
      note();
    };
    const closed = () => {
      if (!left.unread || !(signal.reason instanceof ConnectionClosed)) return;
      left.unread = false;
      note();
    };
    signal.addEventListener("abort", closed, { once: true });
    return { noteUnfinished, noteDownloaded };
  }
}

/** Notes something for later logins. A transfer goes on if that fails, as on a full disk. */
function bestEffort(note: () => void): void {
  try {
    note();
  } catch {
    // It may then be impossible to resume, or a share lasts until it expires.
  }
}
