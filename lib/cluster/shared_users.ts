/**
 * Users, tokens and rules that all servers of a cluster share: each keeps its own database, and the
 * bus has the rows of all. Commands such as `ftserver user add` change the database as they always do.
 *
 * @module
 */

import type { DatabaseSync } from "node:sqlite";
import { openAuthDatabase } from "../auth/auth_database.ts";
import { every } from "../base/every.ts";
import { FtError } from "../base/errors.ts";
import { USERS_LOOK_MS } from "../base/limits.ts";
import type { Logger } from "../base/log.ts";
import type { Bucket, BucketEntry } from "./bucket.ts";
import { keyOf, parseKey, parseRow, type Row, SHARED_TABLES, type SharedTable } from "./row_key.ts";

/** The state of a row on which the servers agreed when this one last looked. */
interface Agreed {
  /** `null` for a row that was removed. */
  readonly value: string | null;
  readonly revision: number;
}

const SCHEMA = `CREATE TABLE IF NOT EXISTS cluster_rows (
  key TEXT PRIMARY KEY, value TEXT, revision INTEGER NOT NULL
) STRICT`;

/** Stands for the bucket itself among the keys. */
const EPOCH = "";

/** Keeps the users, tokens and rules of one server equal to those of the others. */
export class SharedUsers implements Disposable {
  readonly #database: DatabaseSync;
  readonly #bucket: Bucket;
  readonly #log: Logger;
  readonly #stop = new AbortController();
  readonly #agreed = new Map<string, Agreed>();
  #seenVersion = NaN;
  #sending = false;

  private constructor(state: string, bucket: Bucket, log: Logger) {
    this.#database = openAuthDatabase(state);
    this.#bucket = bucket;
    this.#log = log;
    this.#database.exec(SCHEMA);
    for (const row of this.#database.prepare("SELECT * FROM cluster_rows").all()) {
      const { key, value, revision } = row as unknown as Agreed & { key: string };
      this.#agreed.set(key, { value, revision: Number(revision) });
    }
  }

  /**
   * Begins to share. What commands changed while this server did not run is sent first, unless
   * another server changed the same row.
   *
   * @param state The state folder, with the database.
   * @throws `network`, and as `openAuthDatabase`.
   */
  static async start(state: string, bucket: Bucket, log: Logger): Promise<SharedUsers> {
    const users = new SharedUsers(state, bucket, log);
    try {
      await users.#meet();
      await users.#send();
    } catch (error) {
      users[Symbol.dispose]();
      throw error;
    }
    const look = every(USERS_LOOK_MS, () => void users.#look());
    users.#stop.signal.addEventListener("abort", () => look[Symbol.dispose]());
    return users;
  }

  /** Learns what the others have. A bucket that is new to this server has agreed to nothing yet. */
  async #meet(): Promise<void> {
    const epoch = await this.#bucket.epoch();
    if (this.#agreed.get(EPOCH)?.value !== epoch) {
      this.#database.exec("DELETE FROM cluster_rows");
      this.#agreed.clear();
      this.#agree(EPOCH, { value: epoch, revision: 0 });
    }
    await this.#bucket.watch((entry) => this.#learn(entry), this.#stop.signal);
  }

  /** Sends what has changed, if anything has. A failure is tried again at the next look. */
  async #look(): Promise<void> {
    const version = Number(this.#database.prepare("PRAGMA data_version").get()!.data_version);
    if (version === this.#seenVersion || this.#sending) return;
    this.#sending = true;
    try {
      await this.#send();
      this.#seenVersion = version;
    } catch (error) {
      this.#log.debug("cluster.users", { message: String(error) });
    } finally {
      this.#sending = false;
    }
  }

  async #send(): Promise<void> {
    const rows = this.#rows();
    for (const [key, { value }] of [...this.#agreed]) {
      if (value === null || rows.has(key) || key === EPOCH) continue;
      await this.#bucket.remove(key);
      this.#agree(key, { value: null, revision: this.#agreed.get(key)!.revision });
    }
    for (const [key, value] of rows) {
      if (this.#agreed.get(key)?.value === value) continue;
      this.#agree(key, { value, revision: await this.#bucket.put(key, value) });
    }
  }

  /** The rows of this server, by their keys. */
  #rows(): Map<string, string> {
    const rows = new Map<string, string>();
    for (const table of SHARED_TABLES) {
      const { name, columns } = table;
      for (const row of this.#database.prepare(`SELECT ${columns} FROM ${name}`).all()) {
        const plain = { ...row } as Row;
        rows.set(keyOf(table, plain), JSON.stringify(plain));
      }
    }
    return rows;
  }

  /** Takes over a row of another server. */
  #learn({ key, value, revision }: BucketEntry): void {
    const before = this.#agreed.get(key);
    if (before !== undefined && revision <= before.revision) return;
    const found = parseKey(key);
    const row = value === null || found === undefined ? undefined : parseRow(found.table, value);
    if (found === undefined || (value !== null && row === undefined)) {
      this.#log.warning("cluster.unknown_row", { key });
      return;
    }
    const own = this.#row(found.table, found.row);
    if (own === (value ?? undefined)) return this.#agree(key, { value, revision });
    // A user who was removed here while this server was alone stays removed.
    const removedHere = before !== undefined && before.value !== null && own === undefined;
    if (removedHere && value !== null) {
      this.#agreed.set(key, { value, revision });
      return;
    }
    const { table } = found;
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      this.#delete(table.name, found.row);
      if (row !== undefined) this.#insert(table.name, row);
      this.#agree(key, { value, revision });
      this.#database.exec("COMMIT");
    } catch (error) {
      this.#database.exec("ROLLBACK");
      this.#log.error("cluster.fault", { message: String(error) });
    }
  }

  /** The row of this server with a key. */
  #row({ name, columns }: SharedTable, key: Row): string | undefined {
    const row = this.#database.prepare(`SELECT ${columns} FROM ${name} WHERE ${whereIs(key)}`)
      .get(...Object.values(key));
    return row && JSON.stringify({ ...row });
  }

  #delete(table: string, key: Row): void {
    this.#database.prepare(`DELETE FROM ${table} WHERE ${whereIs(key)}`)
      .run(...Object.values(key));
  }

  #insert(table: string, row: Row): void {
    const columns = Object.keys(row);
    const values = columns.map(() => "?");
    this.#database.prepare(`INSERT INTO ${table} (${columns}) VALUES (${values})`)
      .run(...Object.values(row));
  }

  #agree(key: string, { value, revision }: Agreed): void {
    this.#agreed.set(key, { value, revision });
    this.#database.prepare("INSERT OR REPLACE INTO cluster_rows VALUES (?, ?, ?)")
      .run(key, value, revision);
  }

  [Symbol.dispose](): void {
    if (this.#stop.signal.aborted) return;
    this.#stop.abort(new FtError("interrupted", "the server stops"));
    this.#database.close();
  }
}

/** The condition for a key; a column may be null. */
function whereIs(key: Row): string {
  return Object.keys(key).map((column) => `${column} IS ?`).join(" AND ");
}
