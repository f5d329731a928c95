/**
 * The SQL of the digest cache.
 *
 * @module
 */

import type { DatabaseSync } from "node:sqlite";
import { FOLDERS_SCHEMA } from "./folder_table.ts";

const VERSION = 3;

// The digests of the blocks come last: they may be long, and SQLite reads a row from its beginning.
const SCHEMA = `
  DROP TABLE IF EXISTS digests;
  CREATE TABLE digests (
    path TEXT PRIMARY KEY, revision TEXT NOT NULL, used INTEGER NOT NULL,
    settled INTEGER NOT NULL DEFAULT 0,
    root TEXT, sha256 TEXT, md5 TEXT, bytes INTEGER, block_bytes INTEGER, digests BLOB
  ) STRICT;
  CREATE INDEX digests_used ON digests (used);
  ${FOLDERS_SCHEMA}
  PRAGMA user_version = ${VERSION};
`;

// The other columns keep their values only if the revision is the same.
const keep = (column: string) =>
  `${column} = CASE WHEN revision = excluded.revision THEN ${column} END`;

/** Stores the block digests of a version. */
export const PUT_BLOCKS = `
  INSERT INTO digests (path, revision, used, settled, bytes, block_bytes, digests, root)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (path) DO UPDATE SET ${keep("sha256")}, ${keep("md5")},
    revision = excluded.revision, used = excluded.used, settled = excluded.settled,
    bytes = excluded.bytes, block_bytes = excluded.block_bytes, digests = excluded.digests,
    root = excluded.root`;

/**
 * Stores the settled roots of many versions, each an array in an array of JSON: one statement is much
 * faster than one for each. Each is used later than the one before. What is known already is not
 * written again, unless it was last used before `:old`.
 */
export const PUT_ROOTS = `
  INSERT INTO digests (path, revision, used, settled, root)
  SELECT value ->> 0, value ->> 1, :used + key, 1, value ->> 2 FROM json_each(:rows) WHERE true
  ON CONFLICT (path) DO UPDATE SET ${keep("sha256")}, ${keep("md5")}, ${keep("bytes")},
    ${keep("block_bytes")}, ${keep("digests")},
    revision = excluded.revision, used = excluded.used, settled = 1, root = excluded.root
  WHERE NOT settled OR revision <> excluded.revision OR root IS NOT excluded.root OR used < :old`;

/**
 * Finds the settled roots of many paths, an array of JSON: a line of root and revision for each, empty
 * if none is known. One text is much faster than a row for each.
 */
export const ROOTS = `
  SELECT group_concat(coalesce(d.root || d.revision, ''), char(10) ORDER BY asked.key) AS lines,
    min(d.used) AS used
  FROM json_each(?) asked LEFT JOIN digests d ON d.path = asked.value AND d.settled`;

/** Marks those of many paths as used that were not used for long. */
export const TOUCH_ALL = `
  UPDATE digests SET used = ? WHERE used < ? AND path IN (SELECT value FROM json_each(?))`;

/** Adds whole-file digests to a version. */
export const PUT_SUMS = `
  INSERT INTO digests (path, revision, used, sha256, md5) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT (path) DO UPDATE SET ${keep("bytes")}, ${keep("block_bytes")}, ${keep("digests")},
    ${keep("root")}, settled = settled AND revision = excluded.revision,
    revision = excluded.revision, used = excluded.used,
    sha256 = coalesce(excluded.sha256, CASE WHEN revision = excluded.revision THEN sha256 END),
    md5 = coalesce(excluded.md5, CASE WHEN revision = excluded.revision THEN md5 END)`;

/**
 * The condition for a path and everything below it: "0" is the character after "/", so the names
 * between the two are those below the folder.
 */
export const BELOW = `(path = :path OR (path > :path || '/' AND path < :path || '0'))`;

/**
 * Makes sure that the table has this version, also if another program does the same. A table of
 * another version is replaced by an empty one.
 *
 * @param version The version that was found.
 * @throws What SQLite throws.
 */
export function setUpTable(database: DatabaseSync, version: number): void {
  if (version === VERSION) return;
  database.exec("BEGIN IMMEDIATE");
  try {
    const row = database.prepare("PRAGMA user_version").get();
    if (row?.user_version !== VERSION) database.exec(SCHEMA);
    database.exec("COMMIT");
  } catch (error) {
    database.exec("ROLLBACK");
    throw error;
  }
}
