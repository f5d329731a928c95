/**
 * The properties that clients give to files and folders, in an SQLite database.
 *
 * @module
 */

import type { DatabaseSync, StatementSync } from "node:sqlite";
import { openDatabase } from "../base/database.ts";
import { FtError } from "../base/errors.ts";
import { MAX_FILE_PROPERTIES, MAX_PROPERTY_PAGES } from "../base/limits.ts";
import { baseName, joinedText, parentOf, ROOT, type StorePath } from "./store_path.ts";

/** A property. */
export interface StoredProperty {
  /** The namespace of its name; empty for none. */
  readonly namespace: string;
  readonly name: string;
  /** The property with its value, in the form in which the service keeps it. */
  readonly value: string;
}

/** A change of a property; without a value it is removed. */
export type PropertyChange = Omit<StoredProperty, "value"> & { readonly value: string | undefined };

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS properties (
    folder TEXT NOT NULL, file TEXT NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL,
    value TEXT NOT NULL, PRIMARY KEY (folder, file, namespace, name)
  ) STRICT, WITHOUT ROWID;
`;

/** Everything in a folder and below it: the names of folders below begin with it and a slash. */
const BELOW = "(folder = $path OR (folder > $path || '/' AND folder < $path || '0'))";
const AT = "folder = $folder AND file = $file";

const SQL = {
  any: "SELECT 1 FROM properties LIMIT 1",
  ofMany: `SELECT file, namespace, name, value FROM properties
    WHERE folder = $folder AND file IN (SELECT value FROM json_each($files))
    ORDER BY file, namespace, name`,
  of: `SELECT namespace, name, value FROM properties WHERE ${AT} ORDER BY namespace, name`,
  count: `SELECT count(*) AS count FROM properties WHERE ${AT}`,
  set: "INSERT OR REPLACE INTO properties VALUES ($folder, $file, $namespace, $name, $value)",
  remove: `DELETE FROM properties WHERE ${AT} AND namespace = $namespace AND name = $name`,
  copy: `INSERT INTO properties SELECT $toFolder, $toFile, namespace, name, value
    FROM properties WHERE ${AT}`,
  forget: `DELETE FROM properties WHERE ${AT}`,
  forgetBelow: `DELETE FROM properties WHERE ${BELOW}`,
  rename: `UPDATE properties SET folder = $toFolder, file = $toFile WHERE ${AT}`,
  renameBelow: `UPDATE properties SET folder = $to || substr(folder, length($path) + 1)
    WHERE ${BELOW}`,
} as const;

/** A property, with the name of its file. */
type FileProperty = StoredProperty & { readonly file: string };

interface Opened {
  readonly database: DatabaseSync;
  readonly statements: Statements;
}

type Statements = Readonly<Record<keyof typeof SQL, StatementSync>>;

/**
 * The table. Its file is created with the first property; until then, every call costs nothing. A
 * fault of the database fails no request but those that set properties.
 */
export class PropertyTable implements Disposable {
  readonly #path: string;
  readonly #maxPages: number;
  readonly #onFault: (error: unknown) => void;
  #opened: Opened | undefined;
  /** Whether there may be properties. */
  #used: boolean;

  /**
   * @param path The file of the database, which need not exist, or `:memory:`.
   * @param onFault Called with each fault that fails no request.
   * @param maxPages Its size at most.
   */
  constructor(
    path: string,
    onFault: (error: unknown) => void,
    maxPages: number = MAX_PROPERTY_PAGES,
  ) {
    this.#path = path;
    this.#maxPages = maxPages;
    this.#onFault = onFault;
    this.#used = path !== ":memory:" && isThere(path);
  }

  /** Whether any file has properties. */
  get used(): boolean {
    return this.#used;
  }

  /** Returns the properties of a file or folder. */
  of(path: StorePath): readonly StoredProperty[] {
    if (!this.#used) return [];
    const rows = ({ statements }: Opened) => statements.of.all(keyOf(path));
    return this.#quietly(rows, []) as unknown as StoredProperty[];
  }

  /** Returns the properties of files and folders in one folder, by path, for those that have any. */
  ofMany(folder: StorePath, paths: readonly StorePath[]): Map<string, StoredProperty[]> {
    const found = new Map<string, StoredProperty[]>();
    if (!this.#used || paths.length === 0) return found;
    const files = JSON.stringify(paths.map(baseName));
    const rows = ({ statements }: Opened) => statements.ofMany.all({ folder, files });
    for (const row of this.#quietly(rows, []) as unknown as readonly FileProperty[]) {
      const path = joinedText(folder, row.file);
      const own = found.get(path);
      if (own === undefined) found.set(path, [row]);
      else own.push(row);
    }
    return found;
  }

  /**
   * Changes properties, all or none.
   *
   * @throws `limit` if there would be too many, `disk_full` if those of all files would be too large,
   *   and what the database throws.
   */
  change(path: StorePath, changes: readonly PropertyChange[]): void {
    const at = keyOf(path);
    this.#together(({ set, remove, count }) => {
      for (const { namespace, name, value } of changes) {
        if (value === undefined) remove.run({ ...at, namespace, name });
        else set.run({ ...at, namespace, name, value });
      }
      if (Number(count.get(at)!.count) > MAX_FILE_PROPERTIES) throw tooMany(path);
    });
  }

  /**
   * Gives a file the properties of another one, and no others. Those below it are not changed.
   *
   * @throws As {@linkcode PropertyTable.change}.
   */
  copy(from: StorePath, to: StorePath): void {
    if (!this.#used) return;
    const { of } = this.#open().statements;
    const target = keyOf(to);
    if (of.get(keyOf(from)) === undefined && of.get(target) === undefined) return;
    this.#together(({ forget, copy }) => {
      forget.run(target);
      copy.run({ ...keyOf(from), toFolder: target.folder, toFile: target.file });
    });
  }

  /** A file or folder was renamed, with everything below it. */
  rename(from: StorePath, to: StorePath): void {
    if (!this.#used) return;
    const target = keyOf(to);
    const rename = (table: Statements) => {
      table.forget.run(target);
      table.forgetBelow.run({ path: to });
      table.rename.run({ ...keyOf(from), toFolder: target.folder, toFile: target.file });
      table.renameBelow.run({ path: from, to });
    };
    this.#quietly(() => this.#together(rename), undefined);
  }

  /** A file or folder was removed, with everything below it. */
  forget(path: StorePath): void {
    if (!this.#used) return;
    const remove = ({ forget, forgetBelow }: Statements) => {
      forget.run(keyOf(path));
      forgetBelow.run({ path });
    };
    this.#quietly(() => this.#together(remove), undefined);
  }

  #quietly<T>(work: (opened: Opened) => T, otherwise: T): T {
    try {
      return work(this.#open());
    } catch (error) {
      this.#onFault(error);
      return otherwise;
    }
  }

  #together(work: (statements: Statements) => void): void {
    const { database, statements } = this.#open();
    database.exec("BEGIN IMMEDIATE");
    try {
      work(statements);
      database.exec("COMMIT");
    } catch (error) {
      // A database that is full has ended the transaction itself.
      if (database.isTransaction) database.exec("ROLLBACK");
      throw error;
    }
    this.#used = statements.any.get() !== undefined;
  }

  #open(): Opened {
    return this.#opened ??= this.#create();
  }

  #create(): Opened {
    const limit = `PRAGMA max_page_count = ${this.#maxPages};`;
    const setUp = (database: DatabaseSync) => database.exec(SCHEMA + limit);
    const database = openDatabase(this.#path, { durable: true, setUp });
    const prepared = Object.entries(SQL).map(([name, sql]) => [name, database.prepare(sql)]);
    return { database, statements: Object.fromEntries(prepared) as Statements };
  }

  [Symbol.dispose](): void {
    this.#opened?.database.close();
  }
}

/** The folder and the name of a file; the root is in no folder. */
function keyOf(path: StorePath): { folder: string; file: string } {
  return path === ROOT
    ? { folder: "", file: "." }
    : { folder: parentOf(path), file: baseName(path) };
}

function tooMany(path: StorePath): FtError {
  const message = `more than ${MAX_FILE_PROPERTIES} properties: ${path}`;
  return new FtError("limit", message, { name: path, kind: "quota", retryable: false });
}

/** One that cannot be looked at is met when it is opened. */
function isThere(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}
