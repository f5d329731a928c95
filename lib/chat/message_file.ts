/**
 * Stores chat messages in an SQLite database, so that they survive a restart of the server.
 *
 * @module
 */

import type { DatabaseSync, StatementSync } from "node:sqlite";
import { openDatabase } from "../base/database.ts";
import type { KeptMessage, MessageStore } from "./history.ts";

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS messages (
    sequence INTEGER PRIMARY KEY, at_ms REAL NOT NULL, sender TEXT NOT NULL, receiver TEXT,
    text TEXT NOT NULL, said_by TEXT, said_for TEXT
  ) STRICT;
`;

interface Row {
  readonly sequence: number;
  readonly at_ms: number;
  readonly sender: string;
  readonly receiver: string | null;
  readonly text: string;
  readonly said_by: string | null;
  readonly said_for: string | null;
}

/** Old rows are removed whenever this many were added. */
const TRIM_EVERY = 100;

/**
 * A {@linkcode MessageStore} in a file. Messages that cannot be written are reported and dropped,
 * and the chat continues without them.
 */
export class MessageFile implements MessageStore, Disposable {
  readonly #database: DatabaseSync;
  readonly #onFault: (error: unknown) => void;
  readonly #add: StatementSync;
  readonly #trim: StatementSync;

  /**
   * Opens a file, or creates it.
   *
   * @param path The database file, or `:memory:`.
   * @param onFault Called with errors of later reads and writes.
   * @throws What SQLite throws for an invalid file.
   *
   * @example
   * ```ts
   * import { MessageFile } from "./message_file.ts";
   *
   * using file = new MessageFile(":memory:", () => {});
   * const message = { sequence: 1, kind: "message", from: "ana", text: "hi", atMs: 0 } as const;
   * file.add({ message }, 10);
   * if (file.load(10)[0]?.message.text !== "hi") throw new Error();
   * ```
   */
  constructor(path: string, onFault: (error: unknown) => void) {
    this.#onFault = onFault;
    using stack = new DisposableStack();
    const setUp = (database: DatabaseSync) => database.exec(SCHEMA);
    this.#database = openDatabase(path, { durable: false, setUp });
    stack.defer(() => this.#database.close());
    this.#add = this.#database.prepare("INSERT INTO messages VALUES (?, ?, ?, ?, ?, ?, ?)");
    this.#trim = this.#database.prepare("DELETE FROM messages WHERE sequence <= ?");
    stack.move();
  }

  load(max: number): readonly KeptMessage[] {
    try {
      const rows = this.#database
        .prepare("SELECT * FROM messages ORDER BY sequence DESC LIMIT ?")
        .all(max) as unknown as Row[];
      return rows.reverse().map(keptOf);
    } catch (error) {
      this.#onFault(error);
      return [];
    }
  }

  add({ message, by, for: whom }: KeptMessage, max: number): void {
    const { sequence, atMs, from, to, text } = message;
    try {
      this.#add.run(
        sequence,
        atMs,
        from,
        to ?? null,
        JSON.stringify(text),
        by ?? null,
        whom ?? null,
      );
      if (sequence % TRIM_EVERY === 0) this.#trim.run(sequence - max);
    } catch (error) {
      this.#onFault(error);
    }
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }
}

function keptOf(row: Row): KeptMessage {
  return {
    message: {
      sequence: row.sequence,
      kind: "message",
      from: row.sender,
      to: row.receiver ?? undefined,
      // Stored as JSON, because SQLite texts are cut at the first NUL when they are read.
      text: JSON.parse(row.text),
      atMs: row.at_ms,
    },
    by: row.said_by ?? undefined,
    for: row.said_for ?? undefined,
  };
}
