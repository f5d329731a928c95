/**
 * The SQL of the index of versions.
 *
 * @module
 */

/** Creates the table. Numbers are not used again, even those of versions that have gone. */
export const VERSION_SCHEMA = `
  CREATE TABLE IF NOT EXISTS versions (
    rev INTEGER PRIMARY KEY AUTOINCREMENT, folder TEXT NOT NULL, file TEXT NOT NULL,
    cause TEXT NOT NULL, at INTEGER NOT NULL, who TEXT NOT NULL, bytes INTEGER NOT NULL,
    mtime INTEGER NOT NULL, root TEXT
  ) STRICT;
  CREATE INDEX IF NOT EXISTS versions_names ON versions (folder, file, rev);
  CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
`;

/** Everything in a folder and below it; "0" is the character after "/". */
const WITHIN = `(folder = :folder OR :folder = '.'
  OR (folder > :folder || '/' AND folder < :folder || '0'))`;
/** The part of the path of a folder below another one: its name, and all below. */
const REST = "CASE WHEN :folder = '.' THEN folder ELSE substr(folder, length(:folder) + 2) END";

/** The statements. */
export const VERSION_SQL = {
  add: `INSERT OR REPLACE INTO versions
    VALUES (:rev, :folder, :file, :cause, :at, :who, :bytes, :mtime, :root)`,
  of: "SELECT * FROM versions WHERE folder = :folder AND file = :file ORDER BY rev DESC",
  find: "SELECT * FROM versions WHERE rev = :rev",
  newest: `SELECT v.* FROM versions v JOIN (
      SELECT max(rev) AS rev FROM versions WHERE folder = :folder AND file > :after
      GROUP BY file ORDER BY file LIMIT :limit
    ) USING (rev) ORDER BY file`,
  folders: `SELECT substr(rest, 1, instr(rest || '/', '/') - 1) AS name, max(at) AS at,
      count(DISTINCT folder || '/' || file) AS files
    FROM (SELECT ${REST} AS rest, folder, file, at FROM versions
      WHERE folder <> :folder AND ${WITHIN})
    GROUP BY name HAVING name > :after ORDER BY name LIMIT :limit`,
  sizes: "SELECT folder, file, sum(bytes) AS bytes FROM versions GROUP BY folder, file",
  excess: `SELECT * FROM versions WHERE folder = :folder AND file = :file
    ORDER BY rev DESC LIMIT -1 OFFSET :keep`,
  oldest: "SELECT * FROM versions ORDER BY rev LIMIT :limit",
  before: "SELECT * FROM versions WHERE at < :at ORDER BY rev LIMIT :limit",
  remove: "DELETE FROM versions WHERE rev = :rev",
  total: "SELECT count(*) AS count, coalesce(sum(bytes), 0) AS bytes FROM versions",
  between: "SELECT * FROM versions WHERE rev >= :from AND rev < :to",
  groups: "SELECT DISTINCT rev / CAST(:size AS INTEGER) AS part FROM versions",
  last: "SELECT coalesce(max(seq), 0) AS rev FROM sqlite_sequence WHERE name = 'versions'",
  fact: "SELECT value FROM facts WHERE name = :name",
  setFact: "INSERT OR REPLACE INTO facts VALUES (:name, :value)",
} as const;
