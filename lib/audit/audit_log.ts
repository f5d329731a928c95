/**
 * The audit log of a running server. Entries are taken at once and written soon after.
 *
 * @module
 */

import {
  AUDIT_RETRY_MS,
  AUDIT_WRITE_MS,
  MAX_AUDIT_FILE_BYTES,
  MAX_AUDIT_FILES,
  MAX_AUDIT_QUEUE,
} from "../base/limits.ts";
import { FtError } from "../base/errors.ts";
import { asFtError } from "../base/os_errors.ts";
import { createPrivateDir } from "../base/private_files.ts";
import { removeIfThere } from "../base/missing_files.ts";
import { type AuditEntry, chained, type ChainEnd } from "./audit_entry.ts";
import { type AuditFile, auditFile, auditFiles, lastSealPath } from "./audit_files.ts";
import type { Signer } from "../base/signer.ts";
import { writeSeal } from "./audit_seal.ts";
import { auditTail } from "./audit_tail.ts";

/** Options of {@linkcode AuditLog.open}. */
export interface AuditLogOptions {
  readonly signer: Signer;
  /** Called with the number of entries that were lost so far, when writing fails or it is full. */
  readonly onFault: (error: FtError, lost: number) => void;
  /** Bytes of a file. @default {MAX_AUDIT_FILE_BYTES} */
  readonly maxFileBytes?: number;
  /** Number of files. @default {MAX_AUDIT_FILES} */
  readonly maxFiles?: number;
  /** Entries that may wait. @default {MAX_AUDIT_QUEUE} */
  readonly maxQueue?: number;
}

/** Entries that are written together: their hashes keep the program for some milliseconds. */
const BATCH = 2_048;

/** A log that is being written. Disposing it writes what waits. */
export class AuditLog implements AsyncDisposable {
  readonly #dir: string;
  readonly #options: Required<AuditLogOptions>;
  readonly #utf8 = new TextEncoder();
  #file: AuditFile;
  #out: Deno.FsFile;
  #end: ChainEnd;
  /** Bytes of whole lines in the file. */
  #bytes: number;
  #queue: AuditEntry[] = [];
  #lost = 0;
  #lostInAll = 0;
  #failing = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #writing: Promise<void> = Promise.resolve();

  private constructor(
    dir: string,
    options: Required<AuditLogOptions>,
    at: { readonly file: AuditFile; readonly end: ChainEnd; readonly bytes: number },
  ) {
    this.#dir = dir;
    this.#options = options;
    this.#file = at.file;
    this.#end = at.end;
    this.#bytes = at.bytes;
    this.#out = openFile(at.file);
  }

  /**
   * Opens the log in a folder, which is created. A line that a killed server left half-written is
   * removed, which the log records.
   *
   * @throws `integrity` if the last file was changed; nothing is written then.
   */
  static async open(dir: string, options: AuditLogOptions): Promise<AuditLog> {
    await createPrivateDir(dir);
    const { file = auditFile(dir, 1), end, bytes, torn, unsealed } = await auditTail(dir);
    const all = {
      maxFileBytes: MAX_AUDIT_FILE_BYTES,
      maxFiles: MAX_AUDIT_FILES,
      maxQueue: MAX_AUDIT_QUEUE,
      ...options,
    };
    const log = new AuditLog(dir, all, { file, end, bytes });
    // Nobody can tell whether lines without a signature are a killed server's own.
    if (torn > 0 || unsealed > 0) {
      log.add({ op: "audit.recovered", atMs: Date.now(), count: unsealed, bytes: torn });
    }
    return log;
  }

  /** Adds an entry. It is written within about {@linkcode AUDIT_WRITE_MS}. */
  add(entry: AuditEntry): void {
    if (this.#queue.length >= this.#options.maxQueue) {
      this.#lost++;
      this.#lostInAll++;
      // The first one is reported at once, the others when writing succeeds again.
      if (this.#lost === 1) this.#fault(new FtError("limit", "the audit log is behind"));
      return;
    }
    this.#queue.push(entry);
    this.#schedule(this.#failing ? AUDIT_RETRY_MS : AUDIT_WRITE_MS);
  }

  #schedule(ms: number): void {
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#writing = this.#writing.then(() => this.#writeAll());
    }, ms);
    Deno.unrefTimer(this.#timer);
  }

  async #writeAll(): Promise<void> {
    try {
      while (this.#queue.length > 0) {
        if (this.#bytes >= this.#options.maxFileBytes) await this.#rotate();
        const batch = this.#queue.slice(0, BATCH);
        await this.#write(batch);
        this.#queue = this.#queue.slice(batch.length);
        this.#noteLost();
      }
      this.#seal(lastSealPath(this.#dir));
      this.#failing = false;
    } catch (error) {
      const first = !this.#failing;
      this.#failing = true;
      if (first) this.#fault(asFtError(error, "Cannot write the audit log"));
      this.#schedule(AUDIT_RETRY_MS);
    }
  }

  async #write(entries: readonly AuditEntry[]): Promise<void> {
    const lines: string[] = [];
    let end = this.#end;
    for (const entry of entries) {
      const next = chained(entry, end);
      lines.push(next.line, "\n");
      end = next.end;
    }
    const content = this.#utf8.encode(lines.join(""));
    // After an error, a part of these lines may be in the file.
    await this.#out.truncate(this.#bytes);
    await this.#out.seek(this.#bytes, Deno.SeekMode.Start);
    for (let at = 0; at < content.length;) at += await this.#out.write(content.subarray(at));
    this.#bytes += content.length;
    this.#end = end;
  }

  #seal(path: string): void {
    writeSeal(path, this.#file.first, this.#end, this.#options.signer);
  }

  #noteLost(): void {
    if (this.#lost === 0) return;
    this.#queue.push({ op: "audit.lost", atMs: Date.now(), count: this.#lost });
    this.#lost = 0;
  }

  /** Begins a new file, and removes the oldest ones. */
  async #rotate(): Promise<void> {
    await this.#out.syncData();
    this.#seal(this.#file.sealPath);
    const next = auditFile(this.#dir, this.#end.n + 1);
    const out = openFile(next);
    this.#out.close();
    this.#out = out;
    this.#file = next;
    this.#bytes = 0;
    await this.#removeOldest(await auditFiles(this.#dir));
  }

  async #removeOldest(files: readonly AuditFile[]): Promise<void> {
    const old = files.slice(0, -this.#options.maxFiles);
    if (old.length === 0) return;
    // The record comes first: without one, lines that are not there count as missing.
    const count = files[old.length]!.first - 1;
    await this.#write([{ op: "audit.removed", atMs: Date.now(), count }]);
    for (const { path, sealPath } of old) {
      removeIfThere(path);
      removeIfThere(sealPath);
    }
  }

  #fault(error: FtError): void {
    this.#options.onFault(error, this.#lostInAll);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#timer);
    await this.#writing;
    this.#failing = false;
    await this.#writeAll();
    clearTimeout(this.#timer);
    const lost = this.#queue.length;
    this.#lostInAll += lost;
    if (lost > 0) this.#fault(new FtError("internal", `${lost} entries could not be written`));
    this.#out.close();
  }
}

function openFile({ path }: AuditFile): Deno.FsFile {
  try {
    return Deno.openSync(path, { write: true, create: true, mode: 0o600 });
  } catch (error) {
    throw asFtError(error, `Cannot write ${path}`, path);
  }
}
