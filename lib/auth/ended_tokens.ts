/**
 * Tokens that permit no new login. They are kept for a while, so that their holders and the operator
 * learn why.
 *
 * @module
 */

import type { DatabaseSync } from "node:sqlite";
import { ENDED_TOKEN_TTL_MS, MAX_ENDED_TOKENS, STAGED_UPLOAD_TTL_MS } from "../base/limits.ts";

/** Why a token permits no new login. */
export type TokenEnd = "expired" | "revoked" | "spent";

/** Where tokens and ended tokens have the same columns. */
const COLUMNS = "name, hash, owner, paths, actions, expires_ms, once, made_by, parent";

/**
 * Ends the tokens that match a condition, and those that were made with one of them.
 *
 * @param where A condition of SQL; never from outside.
 * @param value The value of its only parameter.
 * @returns The number of tokens that ended.
 */
export function endTokens(
  database: DatabaseSync,
  why: TokenEnd,
  where: string,
  value: string | number,
  nowMs: number = Date.now(),
): number {
  database.exec("BEGIN IMMEDIATE");
  try {
    const move = (which: string) => {
      database.prepare(
        `INSERT OR REPLACE INTO ended_tokens (${COLUMNS}, why, ended_ms, unfinished)
         SELECT ${COLUMNS}, ?, ?, 0 FROM tokens WHERE ${which}`,
      ).run(why, nowMs, value);
      return database.prepare(`DELETE FROM tokens WHERE ${which}`).run(value).changes;
    };
    move(`parent IN (SELECT hash FROM tokens WHERE ${where})`);
    const changes = move(where);
    database.prepare(
      `DELETE FROM ended_tokens WHERE ended_ms < ? OR hash NOT IN
       (SELECT hash FROM ended_tokens ORDER BY ended_ms DESC, rowid DESC LIMIT ?)`,
    ).run(nowMs - ENDED_TOKEN_TTL_MS, MAX_ENDED_TOKENS);
    database.exec("COMMIT");
    return Number(changes);
  } catch (error) {
    // A full disk may have ended it already.
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}

/** Whether a row is that of a token for one login that may resume a transfer. */
export function mayResume({ why, unfinished, ended_ms }: Row, nowMs: number): boolean {
  return why === "spent" && unfinished === 1 && Number(ended_ms) > nowMs - STAGED_UPLOAD_TTL_MS;
}

type Row = Readonly<Record<string, unknown>>;
