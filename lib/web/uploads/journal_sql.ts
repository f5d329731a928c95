/**
 * The database of resumable uploads.
 *
 * @module
 */

import type { DatabaseSync } from "node:sqlite";

const VERSION = 1;

// An upload has whole blocks, and after them perhaps the beginning of one more.
const SCHEMA = `
  DROP TABLE IF EXISTS uploads;
  DROP TABLE IF EXISTS blocks;
  CREATE TABLE uploads (
    id TEXT PRIMARY KEY, owner TEXT NOT NULL, path TEXT NOT NULL, bytes INTEGER,
    facts TEXT NOT NULL, blocks INTEGER NOT NULL DEFAULT 0, tail_bytes INTEGER NOT NULL DEFAULT 0,
    tail_digest BLOB, state TEXT NOT NULL DEFAULT 'open', root TEXT, used_ms INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX uploads_owner ON uploads (owner);
  CREATE INDEX uploads_used ON uploads (used_ms);
  CREATE TABLE blocks (
    upload TEXT NOT NULL, number INTEGER NOT NULL, digest BLOB NOT NULL,
    PRIMARY KEY (upload, number)
  ) STRICT, WITHOUT ROWID;
  PRAGMA user_version = ${VERSION};
`;

/** Adds an upload. */
export const ADD = `
  INSERT INTO uploads (id, owner, path, bytes, facts, used_ms) VALUES (?, ?, ?, ?, ?, ?)`;

/** Returns an upload. */
export const GET = `
  SELECT id, owner, path, bytes, facts, blocks, tail_bytes AS tailBytes, tail_digest AS tailDigest,
    state, root, used_ms AS usedMs
  FROM uploads WHERE id = ?`;

/** Finds the uploads of an owner, first those that are not needed any more, then the oldest. */
export const OWN = `
  SELECT id FROM uploads WHERE owner = ? ORDER BY state = 'done' DESC, used_ms`;

/** Removes uploads that were not used since a time. */
export const DROP_OLD = "DELETE FROM uploads WHERE used_ms <= ? RETURNING id";

/** Removes the oldest uploads. */
export const DROP_OLDEST = `
  DELETE FROM uploads WHERE id IN (SELECT id FROM uploads ORDER BY used_ms LIMIT ?) RETURNING id`;

/** Adds a block, or replaces one. */
export const ADD_BLOCK = "INSERT OR REPLACE INTO blocks (upload, number, digest) VALUES (?, ?, ?)";

/** Sets how much of an upload there is. */
export const SET_CONTENT = `
  UPDATE uploads SET blocks = ?, tail_bytes = ?, tail_digest = ?, used_ms = ? WHERE id = ?`;

/** Finds digests of blocks, in order. */
export const DIGESTS = `
  SELECT digest FROM blocks WHERE upload = ? AND number >= ? AND number < ? ORDER BY number`;

/** Creates the tables. Those of another version are replaced by empty ones. */
export function setUpJournal(database: DatabaseSync, version: number): void {
  if (version !== VERSION) database.exec(`BEGIN IMMEDIATE; ${SCHEMA} COMMIT`);
}
