/**
 * Shares: tokens that users make, each for one name and never with more than the rights of its maker.
 *
 * @module
 */

import { randomBytes } from "node:crypto";
import { FtError, notFound } from "../base/errors.ts";
import { MAX_SHARE_TTL_MS, MAX_SHARES, SHARE_TTL_MS } from "../base/limits.ts";
import { type Action, type Permission, requirePermission } from "./permission.ts";
import type { TokenFacts, Tokens } from "./tokens.ts";

/** The login that shares. */
export interface Sharer {
  /** The user's name, or `token NAME`. */
  readonly name: string;
  /** The user whose rights limit its shares. @default only a token does */
  readonly owner?: string | undefined;
  /** The id of the token that logged in, whose rights limit its shares. @default a password did */
  readonly parent?: string | undefined;
  /** When that token expires, in milliseconds since 1970. @default it does not */
  readonly expiresAtMs?: number | undefined;
  /** Whether the login still holds: its user, password and token are the same. */
  isValid(): boolean;
  /** Whether it sees and revokes the shares of all users. */
  isAdmin(): boolean;
}

/** A request to share something. */
export interface ShareRequest {
  /** The path, with everything below. */
  readonly path: string;
  /** Milliseconds until it expires. @default SHARE_TTL_MS */
  readonly ttlMs?: number | undefined;
  /** Whether it ends with the login that makes the first complete download. @default false */
  readonly once?: boolean | undefined;
  /** Whether it also permits uploads. @default false */
  readonly write?: boolean | undefined;
}

/** A share in a list. */
export interface Share {
  readonly id: string;
  readonly path: string;
  /** Milliseconds since 1970. */
  readonly expiresAtMs: number;
  readonly once: boolean;
  readonly write: boolean;
  /** The login that made it. */
  readonly by: string;
}

/** A new share. */
export interface MadeShare extends Share {
  /** The token, which is stored nowhere. */
  readonly token: string;
}

const ID_BYTES = 6;
const READ: readonly Action[] = ["list", "read"];

/** The actions that a share permits. */
export function sharedActions({ write }: Pick<ShareRequest, "write">): readonly Action[] {
  return write ? [...READ, "write"] : READ;
}

/** Checks that a caller may do what its share would permit. @throws `not_allowed`. */
export function requireShareable(permission: Permission, request: ShareRequest): void {
  for (const action of sharedActions(request)) {
    requirePermission(permission, action, request.path);
  }
}

/** The shares that one login makes, sees and revokes. */
export class Sharing {
  readonly #tokens: Tokens;
  readonly #sharer: Sharer;
  readonly #revoked: () => void;
  readonly #now: () => number;

  /** @param revoked Called after a share was revoked, as sessions may use it. */
  constructor(
    tokens: Tokens,
    sharer: Sharer,
    revoked: () => void,
    now: () => number = Date.now,
  ) {
    this.#tokens = tokens;
    this.#sharer = sharer;
    this.#revoked = revoked;
    this.#now = now;
  }

  /**
   * Makes a share. The caller has checked the rights of its login.
   *
   * @throws `limit` for too many shares, or one that would live too long; as every method,
   *   `not_allowed` if the login no longer holds.
   */
  make(request: ShareRequest): MadeShare {
    this.#requireValid();
    const { path, ttlMs = SHARE_TTL_MS, once = false } = request;
    const { name, owner, parent, expiresAtMs = Infinity } = this.#sharer;
    if (ttlMs > MAX_SHARE_TTL_MS) {
      const days = MAX_SHARE_TTL_MS / (24 * 3_600_000);
      throw new FtError("limit", `a share lives for at most ${days} days`, { name: path });
    }
    const own = this.#tokens.shares().filter(({ madeBy }) => madeBy === name);
    if (own.length >= MAX_SHARES) {
      throw new FtError("limit", `${name} has ${MAX_SHARES} shares; revoke one`, { name: path });
    }
    const facts = {
      name: randomBytes(ID_BYTES).toString("hex"),
      ...{ owner, parent, once, madeBy: name, paths: [path], actions: sharedActions(request) },
      expiresAtMs: Math.min(this.#now() + ttlMs, expiresAtMs),
    };
    return { ...shareOf(facts), token: this.#tokens.add(facts) };
  }

  /** Returns the login's valid shares, ordered by path; for an admin, those of all users. */
  list(): readonly Share[] {
    return this.#visible().map(shareOf).sort((a, b) => a.path < b.path ? -1 : 1);
  }

  /** Ends a share. @throws `not_found` for one that the login does not see. */
  revoke(id: string): Share {
    const found = this.#visible().find(({ name }) => name === id);
    if (found === undefined) throw notFound(`share ${id}`);
    this.#tokens.revoke(id);
    this.#revoked();
    return shareOf(found);
  }

  #requireValid(): void {
    if (!this.#sharer.isValid()) throw new FtError("not_allowed", "this login no longer holds");
  }

  #visible(): readonly TokenFacts[] {
    this.#requireValid();
    const all = this.#tokens.shares();
    if (this.#sharer.isAdmin()) return all;
    return all.filter(({ madeBy }) => madeBy === this.#sharer.name);
  }
}

function shareOf({ name, paths, expiresAtMs = 0, once, actions, madeBy = "" }: TokenFacts): Share {
  return {
    ...{ id: name, path: paths[0]!, expiresAtMs, once, by: madeBy },
    write: actions.includes("write"),
  };
}
