/**
 * Tokens: logins for one purpose. What is kept is a hash, so that the file gives none away.
 *
 * @module
 */

import { createHash, randomBytes } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import { FtError, notFound } from "../base/errors.ts";
import type { Action } from "./permission.ts";
import type { Scope } from "./scope.ts";

/** What is known of a token. */
export interface TokenFacts extends Scope {
  /** What its maker calls it. */
  readonly name: string;
  /** The user whose permission bounds it too; absent when its scope alone does. */
  readonly owner?: string;
  /** Milliseconds since 1970; absent when it does not expire. */
  readonly expiresAtMs?: number;
  /** Good for one login. */
  readonly once: boolean;
}

const PREFIX = "ft_";
const SECRET_BYTES = 32;

/** The tokens of a server. */
export class Tokens {
  readonly #database: DatabaseSync;
  readonly #now: () => number;

  /** @param database See `openAuthDatabase`; it stays its opener's. */
  constructor(database: DatabaseSync, now: () => number = Date.now) {
    this.#database = database;
    this.#now = now;
  }

  /**
   * Makes a token.
   *
   * @returns The token itself, which is nowhere else.
   * @throws `conflict` when the name is taken.
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

  /** Every token, by name. */
  list(): readonly TokenFacts[] {
    return this.#database.prepare("SELECT * FROM tokens ORDER BY name").all().map(factsOf);
  }

  /** Ends a token. @throws `not_found`. */
  revoke(name: string): void {
    const { changes } = this.#database.prepare("DELETE FROM tokens WHERE name = ?").run(name);
    if (changes === 0) throw notFound(name);
  }

  /** What a token stands for as it is now; `undefined` when it was revoked. */
  renew(token: string): TokenFacts | undefined {
    const row = this.#database.prepare("SELECT * FROM tokens WHERE hash = ?").get(hashOf(token));
    return row && factsOf(row);
  }

  /**
   * Takes a token: one that is for one login is gone afterwards, and given to one only.
   *
   * @returns `undefined` for one that is unknown, revoked, expired or used.
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

/** A token is random: it needs no salt and no slow hash, and a lookup by hash tells no time. */
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
