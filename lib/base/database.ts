/**
 * SQLite databases, opened in one way.
 *
 * @module
 */

import { DatabaseSync, type StatementSync } from "node:sqlite";
import { CACHE_BUSY_MS, DATABASE_BUSY_MS } from "./limits.ts";
import { removeIfThere } from "./missing_files.ts";
import { asFtError } from "./os_errors.ts";
import { createPrivateFile, makeFilePrivate } from "./private_files.ts";

/** Options of {@linkcode openDatabase}. */
export interface DatabaseOptions {
  /** Whether each change survives a power cut; otherwise the last ones may be lost. */
  readonly durable: boolean;
  /** Creates what is missing. `version` is the file's `user_version`, 0 in a new file. */
  readonly setUp: (database: DatabaseSync, version: number) => void;
}

/** SQLite gives the files beside a database the permissions of the database itself. */
function makePrivate(path: string): void {
  createPrivateFile(path);
  for (const suffix of ["-wal", "-shm", "-journal"]) makeFilePrivate(path + suffix);
}

/** A database whose statements throw errors of ours, which name its file. */
class NamedDatabase extends DatabaseSync {
  readonly #path: string;

  constructor(path: string) {
    super(path);
    this.#path = path;
  }

  override exec(sql: string): void {
    this.#named(() => super.exec(sql));
  }

  override prepare(sql: string): StatementSync {
    const statement = this.#named(() => super.prepare(sql));
    for (const name of ["run", "get", "all"] as const) {
      const method = statement[name].bind(statement) as (...values: unknown[]) => unknown;
      const named = (...values: unknown[]) => this.#named(() => method(...values));
      Object.defineProperty(statement, name, { value: named });
    }
    return statement;
  }

  #named<T>(run: () => T): T {
    try {
      return run();
    } catch (error) {
      throw asFtError(error, `Cannot use ${this.#path}`, this.#path);
    }
  }
}

/**
 * Opens a database that only its owner may read, creating the file if it is missing.
 *
 * @param path The file, or `:memory:`.
 * @throws `disk_full`, `not_allowed`, `conflict` if another program keeps it locked, `internal` for a
 *   file that is damaged or not a database; what `setUp` throws. Later statements throw the same.
 */
export function openDatabase(path: string, { durable, setUp }: DatabaseOptions): DatabaseSync {
  if (path !== ":memory:") makePrivate(path);
  const database = openNamed(path);
  try {
    const timeoutMs = durable ? DATABASE_BUSY_MS : CACHE_BUSY_MS;
    database.exec(`PRAGMA busy_timeout = ${timeoutMs}`);
    // Synchronous is not OFF: the last changes may be lost in a power cut, but not the file.
    if (!durable) database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
    setUp(database, Number(database.prepare("PRAGMA user_version").get()!.user_version));
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Messages of SQLite for a file that is no database, or a damaged one. */
const DAMAGED = /not a database|malformed|corrupt|no such (table|column)/i;

/** Whether an error means that the file is damaged, and not that it cannot be read now. */
export function isDamaged(error: unknown): boolean {
  if (error instanceof Error && error.cause !== undefined) return isDamaged(error.cause);
  return DAMAGED.test(String(error));
}

/** Renames a damaged database to `PATH.broken`. @throws What the operating system reports. */
export function setAside(path: string): void {
  Deno.renameSync(path, `${path}.broken`);
  for (const companion of [`${path}-wal`, `${path}-shm`]) removeIfThere(companion);
}

function openNamed(path: string): DatabaseSync {
  try {
    return new NamedDatabase(path);
  } catch (error) {
    throw asFtError(error, `Cannot use ${path}`, path);
  }
}
