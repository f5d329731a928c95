/**
 * The index of versions, in an SQLite database.
 *
 * @module
 */

import type { DatabaseSync, StatementSync } from "node:sqlite";
import { isDamaged, openDatabase, setAside } from "../base/database.ts";
import { VERSIONS_PER_FOLDER } from "../base/limits.ts";
import type { KeptVersion, VersionCause, VersionFolder } from "./store_versions.ts";
import { baseName, joinedText, parentOf, type StorePath } from "./store_path.ts";
import type { NamedBytes } from "./version_sums.ts";
import { VERSION_SCHEMA, VERSION_SQL } from "./version_sql.ts";

interface Row {
  readonly rev: number;
  readonly folder: string;
  readonly file: string;
  readonly cause: string;
  readonly at: number;
  readonly who: string;
  readonly bytes: number;
  readonly mtime: number;
  readonly root: string | null;
}

function versionOf({ rev, folder, file, cause, at, who, bytes, mtime, root }: Row): KeptVersion {
  return {
    ...{ rev, path: joinedText(folder, file) as StorePath, cause: cause as VersionCause },
    ...{ atMs: at, by: who, bytes, mtimeMs: mtime, root: root ?? undefined },
  };
}

type Statements = Readonly<Record<keyof typeof VERSION_SQL, StatementSync>>;

const nameOf = (path: StorePath) => ({ folder: parentOf(path), file: baseName(path) });

/** The table of all versions. Every call throws what the database throws. */
export class VersionTable implements Disposable {
  readonly #database: DatabaseSync;
  readonly #statements: Statements;

  private constructor(path: string) {
    const setUp = (database: DatabaseSync) => database.exec(VERSION_SCHEMA);
    this.#database = openDatabase(path, { durable: false, setUp });
    const prepared = Object.entries(VERSION_SQL).map(([name, sql]) =>
      [name, this.#database.prepare(sql)] as const
    );
    this.#statements = Object.fromEntries(prepared) as Statements;
  }

  /**
   * Opens the table, creating it if it is missing. One that is damaged is renamed to `PATH.broken`.
   *
   * @param path The file of the database, or `:memory:`.
   * @param onFault Called with the error of a damaged one.
   * @throws As {@linkcode openDatabase} for one that cannot be read now.
   */
  static open(path: string, onFault: (error: unknown) => void): VersionTable {
    try {
      return new VersionTable(path);
    } catch (error) {
      if (!isDamaged(error)) throw error;
      onFault(error);
      setAside(path);
      return new VersionTable(path);
    }
  }

  /** Does several things in one transaction. */
  together<T>(work: () => T): T {
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      const result = work();
      this.#database.exec("COMMIT");
      return result;
    } catch (error) {
      // A database that is full has ended the transaction itself.
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
      throw error;
    }
  }

  /** Adds a version. */
  add({ rev, path, cause, atMs, by, bytes, mtimeMs, root }: KeptVersion): void {
    const times = { at: Math.trunc(atMs), mtime: Math.trunc(mtimeMs) };
    this.#statements.add.run({
      rev,
      ...nameOf(path),
      cause,
      who: by,
      bytes,
      root: root ?? null,
      ...times,
    });
  }

  /** Removes a version. @returns Whether it was there. */
  remove(rev: number): boolean {
    return Number(this.#statements.remove.run({ rev }).changes) > 0;
  }

  /** The versions of a name, the newest first. */
  of(path: StorePath): KeptVersion[] {
    return this.#rows("of", nameOf(path));
  }

  /** Those that a name has beyond a number. */
  excess(path: StorePath, keep: number): KeptVersion[] {
    return this.#rows("excess", { ...nameOf(path), keep });
  }

  /** The oldest of all. */
  oldest(limit: number): KeptVersion[] {
    return this.#rows("oldest", { limit });
  }

  /** Those that lost their name before a time. */
  before(at: number, limit: number): KeptVersion[] {
    return this.#rows("before", { at: Math.trunc(at), limit });
  }

  /** Those of a range of numbers, without its end. */
  between(from: number, to: number): KeptVersion[] {
    return this.#rows("between", { from, to });
  }

  /** See `StoreVersions.newestIn`. */
  newestIn(folder: StorePath, limit: number, after: string): KeptVersion[] {
    return this.#rows("newest", { folder, limit, after });
  }

  /** See `StoreVersions.find`. */
  find(rev: number): KeptVersion | null {
    return this.#rows("find", { rev })[0] ?? null;
  }

  /** See `StoreVersions.foldersIn`. */
  foldersIn(folder: StorePath, limit: number, after: string): VersionFolder[] {
    const rows = this.#statements.folders.all({ folder, limit, after }) as unknown as {
      readonly name: string;
      readonly at: number;
      readonly files: number;
    }[];
    return rows.map(({ name, at, files }) => ({
      ...{ path: joinedText(folder, name) as StorePath, atMs: at, files },
    }));
  }

  /** The bytes of all versions of each name. */
  sizes(): NamedBytes[] {
    const rows = this.#statements.sizes.all() as unknown as Pick<
      Row,
      "folder" | "file" | "bytes"
    >[];
    return rows.map(({ folder, file, bytes }) => ({
      path: joinedText(folder, file) as StorePath,
      bytes,
    }));
  }

  /** The number of versions, and their bytes. */
  total(): { count: number; bytes: number } {
    const { count, bytes } = this.#statements.total.get()!;
    return { count: Number(count), bytes: Number(bytes) };
  }

  /** The highest number that a version has had. */
  last(): number {
    return Number(this.#statements.last.get()!.rev);
  }

  /** The numbers of the folders on the disk that should have versions. */
  folders(): number[] {
    const rows = this.#statements.groups.all({ size: VERSIONS_PER_FOLDER });
    return rows.map(({ part }) => Number(part));
  }

  /** When somebody last looked at the clock, in milliseconds since 1970. */
  get seenMs(): number | undefined {
    const row = this.#statements.fact.get({ name: "seen" });
    return row && Number(row.value);
  }

  set seenMs(value: number | undefined) {
    if (value !== undefined) this.#statements.setFact.run({ name: "seen", value });
  }

  #rows(
    name: "of" | "excess" | "oldest" | "before" | "between" | "newest" | "find",
    values: Record<string, string | number>,
  ): KeptVersion[] {
    return (this.#statements[name].all(values) as unknown as Row[]).map(versionOf);
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }
}
