/**
 * Remembers resumable uploads across restarts, with the digest of each block: what is staged is
 * compared with them before an upload goes on.
 *
 * @module
 */

import type { DatabaseSync, SQLOutputValue, StatementSync } from "node:sqlite";
import { openDatabase } from "../../base/database.ts";
import { MAX_WEB_UPLOADS, STAGED_UPLOAD_TTL_MS } from "../../base/limits.ts";
import {
  ADD,
  ADD_BLOCK,
  DIGESTS,
  DROP_OLD,
  DROP_OLDEST,
  GET,
  OWN,
  SET_CONTENT,
  setUpJournal,
} from "./journal_sql.ts";
import { expiresMs, type StoredContent, type StoredUpload } from "./stored_upload.ts";

const STATEMENTS = {
  ...{ add: ADD, get: GET, own: OWN },
  ...{ addBlock: ADD_BLOCK, setContent: SET_CONTENT, digests: DIGESTS },
  ...{ dropOld: DROP_OLD, dropOldest: DROP_OLDEST, count: "SELECT count(*) AS n FROM uploads" },
  cutBlocks: "DELETE FROM blocks WHERE upload = ? AND number >= ?",
  remove: "DELETE FROM uploads WHERE id = ?",
  setBytes: "UPDATE uploads SET bytes = ? WHERE id = ?",
  setPath: "UPDATE uploads SET path = ? WHERE id = ?",
  setState: "UPDATE uploads SET state = ?, root = ? WHERE id = ?",
} as const;

/** The size of the part of a new upload. */
export const NO_CONTENT: StoredContent = { blocks: 0, tailBytes: 0, tailDigest: null };

/** The journal. Every method throws what SQLite throws. */
export class UploadJournal implements Disposable {
  readonly #database: DatabaseSync;
  readonly #statements: Readonly<Record<keyof typeof STATEMENTS, StatementSync>>;

  readonly #maxRows: number;
  #rows: number;

  /**
   * Opens the journal.
   *
   * @param path The database file, or `:memory:`.
   * @param maxRows The number of uploads that are remembered.
   */
  constructor(path: string, maxRows: number = MAX_WEB_UPLOADS) {
    this.#database = openDatabase(path, { durable: false, setUp: setUpJournal });
    const prepared = Object.entries(STATEMENTS)
      .map(([name, sql]) => [name, this.#database.prepare(sql)]);
    this.#statements = Object.fromEntries(prepared);
    this.#maxRows = maxRows;
    this.#rows = this.#statements.count.get()!.n as number;
  }

  /** Adds an upload without content. Uploads that have expired, or are too many, are removed. */
  add({ id, owner, path, bytes, facts, usedMs }: Omit<StoredUpload, "state" | "root">): void {
    this.#statements.add.run(id, owner, path, bytes, JSON.stringify(facts), usedMs);
    this.#rows++;
    this.#dropped(this.#statements.dropOld.all(usedMs - STAGED_UPLOAD_TTL_MS));
    const surplus = this.#rows - this.#maxRows;
    if (surplus > 0) this.#dropped(this.#statements.dropOldest.all(surplus));
  }

  /** Adds an upload as another server knows it, in place of what is known here. */
  replace(stored: StoredUpload, digests: readonly Uint8Array[]): void {
    this.remove(stored.id);
    this.add(stored);
    this.grow(stored.id, stored, digests, true);
    if (stored.state !== "open") this.setState(stored.id, stored.state, stored.root);
  }

  /** Removes the blocks of uploads that were removed. */
  #dropped(rows: readonly Record<string, SQLOutputValue>[]): void {
    this.#rows -= rows.length;
    for (const { id } of rows) this.#statements.cutBlocks.run(id!, 0);
  }

  /** Finds an upload of an owner, unless it has expired. */
  find(id: string, owner: string): StoredUpload | undefined {
    const stored = this.get(id);
    return stored?.owner === owner && expiresMs(stored) > Date.now() ? stored : undefined;
  }

  /** Returns an upload. */
  get(id: string): StoredUpload | undefined {
    const row = this.#statements.get.get(id);
    if (row === undefined) return undefined;
    const upload = row as unknown as Omit<StoredUpload, "facts"> & { readonly facts: string };
    return { ...upload, facts: JSON.parse(upload.facts) };
  }

  /** The identifiers of an owner's uploads, first those that are done, then the oldest. */
  own(owner: string): readonly string[] {
    return this.#statements.own.all(owner).map(({ id }) => id as string);
  }

  /** Returns digests of blocks, from `start` on. */
  digests(id: string, start: number, end: number): Uint8Array<ArrayBuffer>[] {
    return this.#statements.digests.all(id, start, end)
      .map(({ digest }) => digest as Uint8Array<ArrayBuffer>);
  }

  /**
   * Adds whole blocks, and sets what follows them.
   *
   * @param digests Those of the last blocks.
   * @param durable Whether it survives a power cut: the client is about to learn of it.
   */
  grow(
    id: string,
    content: StoredContent,
    digests: readonly Uint8Array[],
    durable: boolean,
  ): void {
    const { blocks, tailBytes, tailDigest } = content;
    if (durable) this.#database.exec("PRAGMA synchronous = FULL");
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      const first = blocks - digests.length;
      digests.forEach((digest, i) => this.#statements.addBlock.run(id, first + i, digest));
      this.#statements.setContent.run(blocks, tailBytes, tailDigest, Date.now(), id);
      this.#database.exec("COMMIT");
    } catch (error) {
      this.#database.exec("ROLLBACK");
      throw error;
    } finally {
      if (durable) this.#database.exec("PRAGMA synchronous = NORMAL");
    }
  }

  /** Takes content back that is not staged any more. */
  shrink(id: string, content: StoredContent): void {
    this.#statements.cutBlocks.run(id, content.blocks);
    this.grow(id, content, [], false);
  }

  /** Sets the size that was not known before. */
  setBytes(id: string, bytes: number): void {
    this.#statements.setBytes.run(bytes, id);
  }

  /** Chooses another target. */
  setPath(id: string, path: string): void {
    this.#statements.setPath.run(path, id);
  }

  /** Notes how far the end of an upload has come. */
  setState(id: string, state: StoredUpload["state"], root: string | null): void {
    this.#statements.setState.run(state, root, id);
    if (state === "done") this.#statements.cutBlocks.run(id, 0);
  }

  /** Forgets an upload. */
  remove(id: string): void {
    this.#statements.cutBlocks.run(id, 0);
    this.#rows -= Number(this.#statements.remove.run(id).changes);
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }
}
