/**
 * The database of users, tokens and rules. The server reads it while other processes change it.
 *
 * @module
 */

import type { DatabaseSync } from "node:sqlite";
import { openDatabase } from "../base/database.ts";
import { FtError } from "../base/errors.ts";

const VERSION = 3;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS users (
    name TEXT PRIMARY KEY, role TEXT NOT NULL, secret TEXT NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS tokens (
    name TEXT PRIMARY KEY, hash TEXT NOT NULL UNIQUE, owner TEXT, paths TEXT NOT NULL,
    actions TEXT NOT NULL, expires_ms INTEGER, once INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS ended_tokens (
    hash TEXT PRIMARY KEY, name TEXT NOT NULL, owner TEXT, paths TEXT NOT NULL,
    actions TEXT NOT NULL, expires_ms INTEGER, once INTEGER NOT NULL,
    why TEXT NOT NULL, ended_ms INTEGER NOT NULL, unfinished INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS rules (
    id INTEGER PRIMARY KEY AUTOINCREMENT, subject TEXT NOT NULL, effect TEXT NOT NULL,
    actions TEXT NOT NULL, path TEXT NOT NULL, bytes INTEGER
  ) STRICT;
`;

/** The columns that version 3 added, for tokens that users made. */
const SHARE_COLUMNS = ["made_by", "parent"];

/** Its name in the state folder. */
const DATABASE_FILE = "auth.sqlite";

/**
 * Opens the database. If it is missing it is created, readable only by this user.
 *
 * @param state The state folder, which must exist.
 * @throws `internal` for a file that is not such a database: without it permissions are unknown.
 */
export function openAuthDatabase(state: string): DatabaseSync {
  const path = `${state}/${DATABASE_FILE}`;
  return openDatabase(path, {
    durable: true,
    setUp: (database, version) => setUp(path, database, version),
  });
}

function setUp(path: string, database: DatabaseSync, version: number): void {
  if (version > VERSION) {
    const message = `Cannot use ${path}: it was written by a newer version`;
    throw new FtError("internal", message, { name: path });
  }
  if (version === VERSION) return;
  database.exec("BEGIN IMMEDIATE");
  database.exec(SCHEMA);
  for (const table of ["tokens", "ended_tokens"]) addShareColumns(database, table);
  database.exec(`PRAGMA user_version = ${VERSION}; COMMIT`);
}

/** Another process may have added them meanwhile. */
function addShareColumns(database: DatabaseSync, table: string): void {
  const present = database.prepare(`PRAGMA table_info(${table})`).all().map(({ name }) => name);
  for (const column of SHARE_COLUMNS) {
    if (!present.includes(column)) database.exec(`ALTER TABLE ${table} ADD COLUMN ${column} TEXT`);
  }
}
