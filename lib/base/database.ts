/**
 * SQLite databases, opened in one way.
 *
 * @module
 */

import { DatabaseSync } from "node:sqlite";
import { CACHE_BUSY_MS, DATABASE_BUSY_MS } from "./limits.ts";
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

/**
 * Opens a database that only its owner may read, creating the file if it is missing.
 *
 * @param path The file, or `:memory:`.
 * @throws What SQLite reports for a file it cannot use, and what `setUp` throws.
 */
export function openDatabase(path: string, { durable, setUp }: DatabaseOptions): DatabaseSync {
  if (path !== ":memory:") makePrivate(path);
  const database = new DatabaseSync(path);
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
