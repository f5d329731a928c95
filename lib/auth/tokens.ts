/**
 * Tokens: logins for a limited purpose. Only hashes are stored, so the file reveals no token.
 *
 * @module
 */

import { createHash, randomBytes } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import { FtError, notFound } from "../base/errors.ts";
import { endTokens, mayResume, type TokenEnd } from "./ended_tokens.ts";
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
  /** Whether it is valid for one login only, or if a user made it, up to its first download. */
  readonly once: boolean;
  /** The login that made it to share something. @default an operator made it */
  readonly madeBy?: string;
  /** Identifies the token of that login, whose rights also limit it. @default it had none */
  readonly parent?: string;
}

/** A token in a list. */
export interface ListedToken extends TokenFacts {
  /**
   * Why it permits no new login. One that is `unfinished` was for one login, which was cut, and
   * permits another one that resumes its transfers. @default it is valid
   */
  readonly state?: TokenEnd | "unfinished";
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
   * Creates a token. The name of an ended one is free again.
   *
   * @returns The token, which is not stored.
   * @throws `conflict` if the name is taken.
   */
  add(facts: TokenFacts): string {
    this.#endExpired();
    const token = PREFIX + randomBytes(SECRET_BYTES).toString("base64url");
    const { name, owner, paths, actions, expiresAtMs, once, madeBy, parent } = facts;
    const { changes } = this.#database.prepare(
      `INSERT OR IGNORE INTO tokens
       (name, hash, owner, paths, actions, expires_ms, once, made_by, parent)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ).run(
      ...[name, hashOf(token), owner ?? null, JSON.stringify(paths), JSON.stringify(actions)],
      ...[expiresAtMs ?? null, once ? 1 : 0, madeBy ?? null, parent ?? null],
    );
    if (changes === 0) throw new FtError("conflict", `already exists: ${name}`, { name });
    return token;
  }

  /** Returns all tokens and those that ended lately, ordered by name. */
  list(): readonly ListedToken[] {
    const valid = this.#database.prepare("SELECT * FROM tokens").all().map(factsOf)
      .map((facts) => this.#isExpired(facts) ? { ...facts, state: "expired" as const } : facts);
    const ended = this.#database.prepare("SELECT * FROM ended_tokens ORDER BY ended_ms").all()
      .map((row) => ({ ...factsOf(row), state: this.#stateOf(row) }));
    return [...valid, ...ended].sort((a, b) => a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
  }

  #stateOf(row: Record<string, unknown>): ListedToken["state"] {
    return mayResume(row, this.#now()) ? "unfinished" : row.why as TokenEnd;
  }

  /** Revokes a token, also one for one login that is used already. @throws `not_found`. */
  revoke(name: string): void {
    const valid = endTokens(this.#database, "revoked", "name = ?", name, this.#now());
    const { changes } = this.#database.prepare(
      "UPDATE ended_tokens SET why = 'revoked' WHERE name = ? AND why = 'spent'",
    ).run(name);
    if (valid === 0 && changes === 0) throw notFound(name);
  }

  /** Returns what identifies a token without revealing it. */
  idOf(token: string): string {
    return hashOf(token);
  }

  /** Returns the valid tokens that users made, ordered by name. */
  shares(): readonly TokenFacts[] {
    const rows = this.#database.prepare(
      "SELECT * FROM tokens WHERE made_by IS NOT NULL ORDER BY name",
    ).all();
    return rows.map(factsOf).filter((facts) => !this.#isExpired(facts));
  }

  /** Returns the current facts about a token; `undefined` if it was revoked. */
  renew(token: string): TokenFacts | undefined {
    return this.find(hashOf(token));
  }

  /** Does the same for the token that an {@linkcode idOf | id} identifies. */
  find(hash: string): TokenFacts | undefined {
    const row = this.#row("tokens", hash) ?? this.#row("ended_tokens", hash);
    return row === undefined || row.why === "revoked" ? undefined : factsOf(row);
  }

  /**
   * Uses a token for a login. A token for one login is spent; of two logins at once, one succeeds.
   * One that a user made lasts until {@linkcode spend}.
   * Another login with it succeeds only while it is {@linkcode noteUnfinished | unfinished}.
   *
   * @returns Why it permits no login; `undefined` for a token that is unknown.
   */
  take(token: string): TokenFacts | TokenEnd | undefined {
    const hash = hashOf(token);
    const row = this.#row("tokens", hash);
    if (row === undefined) return this.#takeAgain(hash);
    const facts = factsOf(row);
    if (this.#isExpired(facts)) return this.#endExpired();
    if (!facts.once || facts.madeBy !== undefined) return facts;
    return this.#spend(hash) === 0 ? "spent" : facts;
  }

  /** Ends a token after its first download, if it is still valid. */
  spend(token: string): void {
    this.#spend(hashOf(token));
  }

  #spend(hash: string): number {
    return endTokens(this.#database, "spent", "hash = ?", hash, this.#now());
  }

  #takeAgain(hash: string): TokenFacts | TokenEnd | undefined {
    const row = this.#row("ended_tokens", hash);
    if (row === undefined) return undefined;
    if (!mayResume(row, this.#now())) return row.why as TokenEnd;
    const facts = factsOf(row);
    return this.#isExpired(facts) ? "expired" : facts;
  }

  /** Notes whether the login of a spent token has begun something that is not done. */
  noteUnfinished(token: string, unfinished: boolean): void {
    this.#database.prepare(
      "UPDATE ended_tokens SET unfinished = ?, ended_ms = ? WHERE hash = ? AND why = 'spent'",
    ).run(unfinished ? 1 : 0, this.#now(), hashOf(token));
  }

  #row(table: "tokens" | "ended_tokens", hash: string): Record<string, unknown> | undefined {
    return this.#database.prepare(`SELECT * FROM ${table} WHERE hash = ?`).get(hash);
  }

  #isExpired({ expiresAtMs }: TokenFacts): boolean {
    return expiresAtMs !== undefined && expiresAtMs <= this.#now();
  }

  #endExpired(): "expired" {
    const nowMs = this.#now();
    endTokens(this.#database, "expired", "expires_ms <= ?", nowMs, nowMs);
    return "expired";
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
    madeBy: row.made_by === null ? undefined : String(row.made_by),
    parent: row.parent === null ? undefined : String(row.parent),
  };
}
