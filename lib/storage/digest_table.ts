/**
 * The database table of the digest cache.
 *
 * @module
 */

import type { DatabaseSync, StatementSync } from "node:sqlite";
import { openDatabase } from "../base/database.ts";
import { FolderTable } from "./folder_table.ts";
import {
  BELOW,
  PUT_BLOCKS,
  PUT_ROOTS,
  PUT_SUMS,
  ROOTS,
  setUpTable,
  TOUCH_ALL,
} from "./digest_sql.ts";

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

/** A version of a file. */
export interface FileVersion {
  /** Its path, as the owner of the cache writes it. */
  readonly path: string;
  /** Differs whenever the content may have changed. */
  readonly revision: string;
}

/** A version of a file, and the root of its content. */
export interface VersionRoot extends FileVersion {
  /** 64 hex digits. */
  readonly root: string;
}

/** The same type with `null` for each unknown member. */
export type Nullable<T> = { readonly [K in keyof T]-?: Exclude<T[K], undefined> | null };

/** A row; the block digests or the sums may be missing. */
export type DigestRow = Nullable<CachedBlocks> & Nullable<CachedSums>;

/** The columns of a row that are always small. */
export interface DigestFacts extends Pick<DigestRow, "root" | "sha256" | "md5"> {
  /** 1 if the file cannot have changed since without another revision, else 0. */
  readonly settled: number;
}

/** The version of a file after a rename. */
export interface NewVersion {
  readonly revision: string;
  /** Whether a root that was settled still is. */
  readonly settled: boolean;
}

/** Hex digits of a root. */
const ROOT_CHARS = 64;

/** The settled roots of many files. */
interface RootLines {
  readonly lines: string;
  /** The earliest use of them. */
  readonly used: number | null;
}

interface Used {
  /** The time of the last use, on the clock of the table. */
  readonly used: number;
}

/** The table. Every method throws what SQLite throws. */
export class DigestTable implements Disposable {
  /** The table of whole folders in the same database. */
  readonly folders: FolderTable;
  readonly #database: DatabaseSync;
  readonly #maxRows: number;
  readonly #statements: Record<
    | "get"
    | "facts"
    | "roots"
    | "touch"
    | "touchAll"
    | "putBlocks"
    | "putRoots"
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
    this.folders = new FolderTable(database, maxRows);
    const prepare = (sql: string) => database.prepare(sql);
    this.#statements = {
      get: prepare(
        `SELECT bytes, block_bytes AS blockBytes, digests, root, sha256, md5, used
         FROM digests WHERE path = ? AND revision = ?`,
      ),
      facts: prepare(
        "SELECT root, sha256, md5, settled, used FROM digests WHERE path = ? AND revision = ?",
      ),
      roots: prepare(ROOTS),
      touch: prepare("UPDATE digests SET used = ? WHERE path = ?"),
      touchAll: prepare(TOUCH_ALL),
      putBlocks: prepare(PUT_BLOCKS),
      putRoots: prepare(PUT_ROOTS),
      putSums: prepare(PUT_SUMS),
      drop: prepare(
        "DELETE FROM digests WHERE path IN (SELECT path FROM digests ORDER BY used LIMIT ?)",
      ),
      rename: prepare(
        `UPDATE digests SET path = :to || substr(path, length(:path) + 1) WHERE ${BELOW}`,
      ),
      revise: prepare(
        "UPDATE digests SET revision = ?, settled = settled AND ? WHERE path = ?",
      ),
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
    using stack = new DisposableStack();
    const database = openDatabase(path, { durable: false, setUp: setUpTable });
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
  get(path: string, revision: string): DigestRow | null {
    const row = this.#statements.get.get(path, revision);
    return this.#used(path, row as DigestRow & Used | undefined);
  }

  /** Returns the same without the digests of the blocks, which may be many. */
  facts(path: string, revision: string): DigestFacts | null {
    const row = this.#statements.facts.get(path, revision);
    return this.#used(path, row as DigestFacts & Used | undefined);
  }

  #used<Row>(path: string, row: Row & Used | undefined): Row | null {
    if (row === undefined) return null;
    if (this.#isOld(row)) this.#statements.touch.run(++this.#clock, path);
    return row;
  }

  // The order of use need not be exact, and a write costs more than the read.
  #isOld({ used }: Used): boolean {
    return this.#clock - used > this.#maxRows / 4;
  }

  /** Returns the settled root of each version, or `undefined`. */
  roots(files: readonly FileVersion[]): (string | undefined)[] {
    if (files.length === 0) return [];
    const paths = JSON.stringify(files.map(({ path }) => path));
    const { lines, used } = this.#statements.roots.get(paths) as unknown as RootLines;
    if (used !== null && this.#isOld({ used })) {
      this.#statements.touchAll.run(++this.#clock, this.#clock - this.#maxRows / 4, paths);
    }
    const known = lines.split("\n");
    return files.map(({ revision }, i) => {
      const line = known[i]!;
      return line.length === ROOT_CHARS + revision.length && line.endsWith(revision)
        ? line.slice(0, ROOT_CHARS)
        : undefined;
    });
  }

  /** Stores the block digests of this version. @param settled See {@linkcode DigestFacts}. */
  putBlocks(path: string, revision: string, blocks: CachedBlocks, settled: boolean): void {
    const { bytes, blockBytes, digests, root } = blocks;
    this.#statements.putBlocks
      .run(path, revision, ++this.#clock, Number(settled), bytes, blockBytes, digests, root);
    this.#recount(1);
  }

  /** Stores the settled roots of many files. */
  putRoots(rows: readonly VersionRoot[]): void {
    const values = rows.map(({ path, revision, root }) => [path, revision, root]);
    const { changes } = this.#statements.putRoots.run({
      ...{ used: this.#clock + 1, old: this.#clock - this.#maxRows / 4 },
      rows: JSON.stringify(values),
    });
    this.#clock += rows.length;
    this.#recount(Number(changes));
  }

  /** Stores the whole-file digests of this version. */
  putSums(path: string, revision: string, sums: CachedSums): void {
    this.#statements.putSums.run(
      path,
      revision,
      ++this.#clock,
      sums.sha256 ?? null,
      sums.md5 ?? null,
    );
    this.#recount(1);
  }

  /**
   * Renames a path and everything below it. Rows at the new path are removed.
   *
   * @param named The version under the new name. @default the same
   */
  rename(from: string, to: string, named?: NewVersion): void {
    this.forget(to);
    this.#statements.rename.run({ path: from, to });
    if (named === undefined) return;
    this.#statements.revise.run(named.revision, Number(named.settled), to);
  }

  /** Removes a path and everything below it. */
  forget(path: string): void {
    this.#rows -= Number(this.#statements.forget.run({ path }).changes);
  }

  /** Closes the database. */
  [Symbol.dispose](): void {
    this.#database.close();
  }

  // An upsert does not say whether the row is new, and counting each time would read all rows.
  #recount(written: number): void {
    this.#rows += written;
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
