/**
 * Tokens: logins for a limited purpose. Only hashes are stored, so the file reveals no token.
 *
 * @module
 */

import { createHash, randomBytes } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import { FtError, notFound } from "../base/errors.ts";
import type { Action } from "./permission.ts";
import type { Scope } from "./scope.ts";

/** Facts about a token. */
export interface TokenFacts extends Scope {
  /** Its name, chosen by the operator. */
  readonly name: string;
  /** The user whose permissions also limit it; absent if only its scope does. */
  readonly owner?: string;
  /** Milliseconds since 1970; absent if it does not expire. */
  readonly expiresAtMs?: number;
  /** Whether it is valid for one login only. */
  readonly once: boolean;
}

const PREFIX = "ft_";
const SECRET_BYTES = 32;

/** The tokens of a server. */
export class Tokens {
  readonly #database: DatabaseSync;
  readonly #now: () => number;

  /** @param database See `openAuthDatabase`; the caller closes it. */
  constructor(database: DatabaseSync, now: () => number = Date.now) {
    this.#database = database;
    this.#now = now;
  }

  /**
   * Creates a token.
   *
   * @returns The token, which is not stored.
   * @throws `conflict` if the name is taken.
   */
  add(facts: TokenFacts): string {
    const token = PREFIX + randomBytes(SECRET_BYTES).toString("base64url");
    const { name, owner, paths, actions, expiresAtMs, once } = facts;
    const { changes } = this.#database.prepare(
      `INSERT OR IGNORE INTO tokens (name, hash, owner, paths, actions, expires_ms, once)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
    ).run(
      ...[name, hashOf(token), owner ?? null, JSON.stringify(paths), JSON.stringify(actions)],
      ...[expiresAtMs ?? null, once ? 1 : 0],
    );
    if (changes === 0) throw new FtError("conflict", `already exists: ${name}`, { name });
    return token;
  }

  /** Returns all tokens, ordered by name. */
  list(): readonly TokenFacts[] {
    return this.#database.prepare("SELECT * FROM tokens ORDER BY name").all().map(factsOf);
  }

  /** Revokes a token. @throws `not_found`. */
  revoke(name: string): void {
    const { changes } = this.#database.prepare("DELETE FROM tokens WHERE name = ?").run(name);
    if (changes === 0) throw notFound(name);
  }

  /** Returns the current facts about a token; `undefined` if it was revoked. */
  renew(token: string): TokenFacts | undefined {
    const row = this.#database.prepare("SELECT * FROM tokens WHERE hash = ?").get(hashOf(token));
    return row && factsOf(row);
  }

  /**
   * Uses a token for a login. A token for one login is removed; of two logins at once, one succeeds.
   *
   * @returns `undefined` for a token that is unknown, revoked, expired or used.
   */
  take(token: string): TokenFacts | undefined {
    const row = this.#database.prepare("SELECT * FROM tokens WHERE hash = ?").get(hashOf(token));
    if (row === undefined) return undefined;
    const facts = factsOf(row);
    const expired = facts.expiresAtMs !== undefined && facts.expiresAtMs <= this.#now();
    if (!facts.once && !expired) return facts;
    const { changes } = this.#database.prepare("DELETE FROM tokens WHERE name = ?").run(facts.name);
    return expired || changes === 0 ? undefined : facts;
  }
}

/** Tokens are random, so no salt or slow hash is needed; a lookup by hash leaks no timing. */
function hashOf(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

function factsOf(row: Record<string, unknown>): TokenFacts {
  return {
    name: String(row.name),
    paths: JSON.parse(String(row.paths)) as string[],
    actions: JSON.parse(String(row.actions)) as Action[],
    once: row.once === 1,
    owner: row.owner === null ? undefined : String(row.owner),
    expiresAtMs: row.expires_ms === null ? undefined : Number(row.expires_ms),
  };
}
