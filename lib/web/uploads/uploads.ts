/**
 * The resumable uploads of a site.
 *
 * @module
 */

import { hasCode } from "../../base/errors.ts";
import { BLOCK_BYTES, MAX_WEB_UPLOADS_PER_HOLDER } from "../../base/limits.ts";
import type { Files } from "../../service/files.ts";
import type { UploadRecords } from "../../dialects/dialect.ts";
import { HttpError } from "../http/http_error.ts";
import { IdleUploads } from "./idle_uploads.ts";
import { PartialUpload } from "./partial_upload.ts";
import { isUnnamed, offsetOf, type StoredUpload } from "./stored_upload.ts";
import { SharedUploads } from "./shared_uploads.ts";
import { UploadJournal } from "./upload_journal.ts";
import { freeTarget } from "./upload_target.ts";
import { Writers } from "./writers.ts";

/** All resumable uploads. */
export class Uploads implements AsyncDisposable {
  readonly writers = new Writers();
  readonly idle = new IdleUploads<PartialUpload>();
  readonly #path: string;
  readonly #shared: SharedUploads | undefined;
  #journal: UploadJournal | undefined;

  /**
   * @param path The database file of the journal; opened when it is first needed.
   * @param records Records that other servers read and write. @default the server is alone
   */
  constructor(path: string, records?: UploadRecords) {
    this.#path = path;
    this.#shared = records && new SharedUploads(records);
  }

  /** The journal. @throws What opening it throws. */
  get journal(): UploadJournal {
    return this.#journal ??= new UploadJournal(this.#path);
  }

  /**
   * Learns of an upload that another server has begun or continued, and continues it here.
   *
   * @throws What the store and {@linkcode Uploads.open} throw.
   */
  async learn(files: Files, id: string, owner: string, signal: AbortSignal): Promise<void> {
    const stored = await this.#shared?.takeOver(this.journal, id, owner);
    if (stored === undefined) return;
    using _writer = await this.writers.force(id);
    // An upload that is open here was fenced off by the other server: closing it can fail.
    await Promise.resolve(this.idle.take(id)?.[Symbol.asyncDispose]()).catch(() => {});
    if (stored.state !== "open" || isUnnamed(stored)) return;
    // The content that the other server has not stored must be sent again.
    this.idle.give(id, await this.open(files, stored, signal));
  }

  /** Lets the other servers know an upload; if the store fails, they know how far it was before. */
  async share(id: string): Promise<void> {
    await this.#shared?.share(this.journal, id).catch(() => {});
  }

  /** Does so behind a request that goes on. */
  shareBehind(id: string): void {
    if (this.#shared?.isSharing(id) === false) void this.share(id);
  }

  /**
   * Opens an upload, which may be open still from its last request.
   *
   * @throws What `Files.stage` throws. An upload whose target has appeared meanwhile is discarded, or
   *   gets another name.
   */
  async open(files: Files, stored: StoredUpload, signal: AbortSignal): Promise<PartialUpload> {
    const idle = this.idle.take(stored.id);
    if (idle !== undefined) return idle;
    try {
      return await PartialUpload.open(files, this.journal, stored, signal);
    } catch (error) {
      if (!isTaken(error)) throw error;
      throw await this.#withoutTarget(files, stored, error);
    }
  }

  /**
   * Ends a failed commit: the client sends the last block again, or, if nothing can help, the upload
   * is discarded.
   *
   * @returns The error for the client.
   */
  async failed(files: Files, stored: StoredUpload, error: unknown): Promise<unknown> {
    if (hasCode(error, "integrity")) await this.discard(files, stored);
    else if (isTaken(error)) return await this.#withoutTarget(files, stored, error);
    else this.reopen(stored);
    return error;
  }

  /** Takes the end of an upload back, as it has no name yet: the client sends the last block again. */
  reopen({ id, bytes }: StoredUpload): void {
    const stored = this.journal.get(id);
    if (stored === undefined) return;
    this.journal.setState(id, "open", null);
    if (offsetOf({ ...stored, state: "open" }) !== bytes) return;
    const blocks = Math.ceil(bytes / BLOCK_BYTES) - 1;
    this.journal.shrink(id, { blocks: Math.max(0, blocks), tailBytes: 0, tailDigest: null });
  }

  /** The target has appeared meanwhile. @returns The error for the client. */
  async #withoutTarget(files: Files, stored: StoredUpload, error: unknown): Promise<unknown> {
    const { id, facts } = stored;
    if (facts.existing !== "rename") {
      await this.discard(files, stored);
      return error;
    }
    this.journal.setPath(id, await freeTarget(files, facts.name));
    this.reopen(stored);
    // A client that asks how far the upload is goes on, with the new name.
    return new HttpError(409, `${stored.path} was taken meanwhile`, { name: stored.path });
  }

  /** Removes uploads of an owner until there may be another one. */
  async makeRoom(files: Files, owner: string): Promise<void> {
    const own = this.journal.own(owner);
    const surplus = own.length + 1 - MAX_WEB_UPLOADS_PER_HOLDER;
    for (const id of own.filter((id) => !this.writers.has(id)).slice(0, Math.max(0, surplus))) {
      const stored = this.journal.get(id);
      if (stored !== undefined) await this.discard(files, stored);
    }
  }

  /** Discards an upload. A file that it has become stays. */
  async discard(files: Files, stored: StoredUpload): Promise<void> {
    const { id, state, path } = stored;
    this.journal.remove(id);
    const idle = this.idle.take(id);
    try {
      if (idle !== undefined) return await idle.abandon();
      if (state === "done") return;
      await using upload = await files.stage(path, { token: id, precondition: { kind: "any" } });
      await upload.abandon();
    } catch {
      // The staged content expires.
    } finally {
      // So does the record.
      await this.#shared?.remove(id).catch(() => {});
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.idle[Symbol.asyncDispose]();
    this.#journal?.[Symbol.dispose]();
  }
}

/** Whether the target does not meet the precondition of the upload. */
function isTaken(error: unknown): boolean {
  return hasCode(error, "conflict") && !error.retryable && error.kind === undefined;
}
