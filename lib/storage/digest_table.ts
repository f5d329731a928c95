/**
 * The database table of the digest cache.
 *
 * @module
 */

import type { DatabaseSync, StatementSync } from "node:sqlite";
import { openDatabase } from "../base/database.ts";
import type { StorePath } from "./store_path.ts";

/** The block digests of one version of a file. */
export interface CachedBlocks {
  /** Size of the file in bytes. */
  readonly bytes: number;
  /** Size of each block but the last, in bytes. */
  readonly blockBytes: number;
  /** Concatenated digests of the blocks, 32 bytes each. */
  readonly digests: Uint8Array<ArrayBuffer>;
  /** The root of the content, 64 hex digits. */
  readonly root: string;
}

/** Digests of the whole content in lower-case hex, as far as they are known. */
export interface CachedSums {
  /** 64 digits. */
  readonly sha256?: string;
  /** 32 digits. */
  readonly md5?: string;
}

const VERSION = 1;

const SCHEMA = `
  DROP TABLE IF EXISTS digests;
  CREATE TABLE digests (
    path TEXT PRIMARY KEY, revision TEXT NOT NULL, used INTEGER NOT NULL,
    bytes INTEGER, block_bytes INTEGER, digests BLOB, root TEXT, sha256 TEXT, md5 TEXT
  ) STRICT;
  CREATE INDEX digests_used ON digests (used);
  PRAGMA user_version = ${VERSION};
`;

// The other columns keep their values only if the revision is the same.
const keep = (column: string) =>
  `${column} = CASE WHEN revision = excluded.revision THEN ${column} END`;

const PUT_BLOCKS = `
  INSERT INTO digests (path, revision, used, bytes, block_bytes, digests, root)
  VALUES (?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (path) DO UPDATE SET ${keep("sha256")}, ${keep("md5")},
    revision = excluded.revision, used = excluded.used, bytes = excluded.bytes,
    block_bytes = excluded.block_bytes, digests = excluded.digests, root = excluded.root`;

const PUT_SUMS = `
  INSERT INTO digests (path, revision, used, sha256, md5) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT (path) DO UPDATE SET ${keep("bytes")}, ${keep("block_bytes")}, ${keep("digests")},
    ${keep("root")}, revision = excluded.revision, used = excluded.used,
    sha256 = coalesce(excluded.sha256, CASE WHEN revision = excluded.revision THEN sha256 END),
    md5 = coalesce(excluded.md5, CASE WHEN revision = excluded.revision THEN md5 END)`;

// "0" is the character after "/": the names between the two are those below the folder.
const BELOW = `(path = :path OR (path > :path || '/' AND path < :path || '0'))`;

/** The same type with `null` for each unknown member. */
export type Nullable<T> = { readonly [K in keyof T]-?: Exclude<T[K], undefined> | null };

/** A row; the block digests or the sums may be missing. */
export type DigestRow = Nullable<CachedBlocks> & Nullable<CachedSums>;

/** The columns of a row that are always small. */
export type DigestFacts = Pick<DigestRow, "root" | "sha256" | "md5">;

interface Used {
  /** The time of the last use, on the clock of the table. */
  readonly used: number;
}

/** The table. Every method throws what SQLite throws. */
export class DigestTable implements Disposable {
  readonly #database: DatabaseSync;
  readonly #maxRows: number;
  readonly #statements: Record<
    | "get"
    | "facts"
    | "touch"
    | "putBlocks"
    | "putSums"
    | "drop"
    | "rename"
    | "revise"
    | "forget"
    | "count",
    StatementSync
  >;
  #clock: number;
  #rows: number;

  private constructor(database: DatabaseSync, maxRows: number) {
    this.#database = database;
    this.#maxRows = maxRows;
    const prepare = (sql: string) => database.prepare(sql);
    this.#statements = {
      get: prepare(
        `SELECT bytes, block_bytes AS blockBytes, digests, root, sha256, md5, used
         FROM digests WHERE path = ? AND revision = ?`,
      ),
      facts: prepare(
        "SELECT root, sha256, md5, used FROM digests WHERE path = ? AND revision = ?",
      ),
      touch: prepare("UPDATE digests SET used = ? WHERE path = ?"),
      putBlocks: prepare(PUT_BLOCKS),
      putSums: prepare(PUT_SUMS),
      drop: prepare(
        "DELETE FROM digests WHERE path IN (SELECT path FROM digests ORDER BY used LIMIT ?)",
      ),
      rename: prepare(
        `UPDATE digests SET path = :to || substr(path, length(:path) + 1) WHERE ${BELOW}`,
      ),
      revise: prepare("UPDATE digests SET revision = ? WHERE path = ?"),
      forget: prepare(`DELETE FROM digests WHERE ${BELOW}`),
      count: prepare("SELECT count(*) AS n, coalesce(max(used), 0) AS last FROM digests"),
    };
    const { n, last } = this.#statements.count.get() as { n: number; last: number };
    this.#rows = n;
    this.#clock = last;
    this.#trim();
  }

  /**
   * Opens the table. A table of another version is replaced by an empty one.
   *
   * @param path The database file, or `:memory:`.
   * @param maxRows Maximum number of rows.
   */
  static open(path: string, maxRows: number): DigestTable {
    const setUp = (database: DatabaseSync, version: number) => {
      if (version !== VERSION) database.exec(SCHEMA);
    };
    using stack = new DisposableStack();
    const database = openDatabase(path, { durable: false, setUp });
    stack.defer(() => database.close());
    const table = new DigestTable(database, maxRows);
    stack.move();
    return table;
  }

  /** Number of rows. */
  get size(): number {
    return this.#rows;
  }

  /** Returns the row of this version; `null` if there is none. */
  get(path: StorePath, revision: string): DigestRow | null {
    const row = this.#statements.get.get(path, revision);
    return this.#used(path, row as DigestRow & Used | undefined);
  }

  /** Returns the same without the digests of the blocks, which may be many. */
  facts(path: StorePath, revision: string): DigestFacts | null {
    const row = this.#statements.facts.get(path, revision);
    return this.#used(path, row as DigestFacts & Used | undefined);
  }

  #used<Row>(path: StorePath, row: Row & Used | undefined): Row | null {
    if (row === undefined) return null;
    // The order of use need not be exact, and a write costs more than the read.
    if (this.#clock - row.used > this.#maxRows / 4) this.#statements.touch.run(++this.#clock, path);
    return row;
  }

  /** Stores the block digests of this version. */
  putBlocks(path: StorePath, revision: string, blocks: CachedBlocks): void {
    const { bytes, blockBytes, digests, root } = blocks;
    this.#statements.putBlocks
      .run(path, revision, ++this.#clock, bytes, blockBytes, digests, root);
    this.#recount();
  }

  /** Stores the whole-file digests of this version. */
  putSums(path: StorePath, revision: string, sums: CachedSums): void {
    this.#statements.putSums.run(
      path,
      revision,
      ++this.#clock,
      sums.sha256 ?? null,
      sums.md5 ?? null,
    );
    this.#recount();
  }

  /** Renames a path and everything below it. Rows at the new path are removed. */
  rename(from: StorePath, to: StorePath, revision: string | null): void {
    this.forget(to);
    this.#statements.rename.run({ path: from, to });
    if (revision !== null) this.#statements.revise.run(revision, to);
  }

  /** Removes a path and everything below it. */
  forget(path: StorePath): void {
    this.#rows -= Number(this.#statements.forget.run({ path }).changes);
  }

  /** Closes the database. */
  [Symbol.dispose](): void {
    this.#database.close();
  }

  // An upsert does not say whether the row is new, and counting each time would read all rows.
  #recount(): void {
    this.#rows++;
    if (this.#rows <= this.#maxRows) return;
    this.#rows = (this.#statements.count.get() as { n: number }).n;
    this.#trim();
  }

  #trim(): void {
    if (this.#rows <= this.#maxRows) return;
    // Removes more than needed, so that this is rare.
    const surplus = this.#rows - this.#maxRows + Math.floor(this.#maxRows / 16);
    this.#rows -= Number(this.#statements.drop.run(surplus).changes);
  }
}
