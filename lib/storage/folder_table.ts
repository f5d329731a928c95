/**
 * The database table of whole folders: for a folder whose files are as they were, all their roots are
 * found at once. It is beside that of the files, and says nothing that this does not say.
 *
 * @module
 */

import type { DatabaseSync, StatementSync } from "node:sqlite";

/** The files of a folder at one moment, in the order of their names. */
export interface CachedFolder {
  /** The path of the folder. */
  readonly path: string;
  /** Differs whenever a file was added, removed or renamed, and whenever a revision differs. */
  readonly facts: string;
  /** The digest of the folder. */
  readonly digest: string;
  /** The roots of the files, 64 hex digits each. */
  readonly roots: readonly string[];
}

/** Hex digits of a root. */
const ROOT_CHARS = 64;
/** A folder that was used less than a day ago is not marked as used again. */
const USED_MS = 24 * 60 * 60 * 1000;

/** The SQL that creates the table. The roots come last: SQLite reads a row from its beginning. */
export const FOLDERS_SCHEMA = `
  DROP TABLE IF EXISTS folders;
  CREATE TABLE folders (
    path TEXT PRIMARY KEY, used INTEGER NOT NULL, files INTEGER NOT NULL,
    facts TEXT NOT NULL, digest TEXT NOT NULL, roots TEXT NOT NULL
  ) STRICT;
`;

const PUT = `
  INSERT INTO folders (path, used, files, facts, digest, roots)
  SELECT value ->> 0, :used, value ->> 1, value ->> 2, value ->> 3, value ->> 4
  FROM json_each(:rows) WHERE true
  ON CONFLICT (path) DO UPDATE SET used = excluded.used, files = excluded.files,
    facts = excluded.facts, digest = excluded.digest, roots = excluded.roots`;

/** Keeps those that were used last, as long as all of them have no more files than allowed. */
const TRIM = `
  DELETE FROM folders WHERE path IN (
    SELECT path FROM (
      SELECT path, sum(files) OVER (ORDER BY used DESC, path) AS total FROM folders
    ) WHERE total > ?
  )`;

/** The table. Every method throws what SQLite throws. */
export class FolderTable {
  readonly #maxFiles: number;
  readonly #statements: Record<"get" | "touch" | "put" | "trim", StatementSync>;

  /** @param maxFiles Files of all folders together. */
  constructor(database: DatabaseSync, maxFiles: number) {
    this.#maxFiles = maxFiles;
    this.#statements = {
      get: database.prepare("SELECT used, digest, roots FROM folders WHERE path = ? AND facts = ?"),
      touch: database.prepare("UPDATE folders SET used = ? WHERE path = ?"),
      put: database.prepare(PUT),
      trim: database.prepare(TRIM),
    };
  }

  /** Returns a folder whose files are still the same; `null` if that is not known. */
  get(path: string, facts: string): CachedFolder | null {
    const row = this.#statements.get.get(path, facts) as
      | { used: number; digest: string; roots: string }
      | undefined;
    if (row === undefined) return null;
    const now = Date.now();
    if (now - row.used > USED_MS) this.#statements.touch.run(now, path);
    const roots: string[] = [];
    for (let at = 0; at < row.roots.length; at += ROOT_CHARS) {
      roots.push(row.roots.slice(at, at + ROOT_CHARS));
    }
    return { path, facts, digest: row.digest, roots };
  }

  /** Stores folders, and drops the least recently used ones if there are too many. */
  put(folders: readonly CachedFolder[]): void {
    const rows = folders.map((
      { path, facts, digest, roots },
    ) => [path, roots.length, facts, digest, roots.join("")]);
    this.#statements.put.run({ used: Date.now(), rows: JSON.stringify(rows) });
    this.#statements.trim.run(this.#maxFiles);
  }
}
