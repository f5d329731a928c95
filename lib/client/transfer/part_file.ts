/**
 * A download under construction: the part file beside its target, and a journal that says what
 * it is a part of.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { closeSync, fstatSync, openSync } from "node:fs";
import * as v from "valibot";
import { FtError } from "../../base/errors.ts";
import { MAX_NAME_BYTES } from "../../base/limits.ts";
import { asFtError, codeOf } from "../../base/os_errors.ts";
import { renameFileToFree } from "../../storage/atomic_name.ts";
import { readFully } from "../../storage/positioned_io.ts";
import { QueuedWriter } from "../../storage/queued_writer.ts";

const SUFFIX = ".ft-part";
const JOURNAL_SUFFIX = ".ft-journal";

const journalSchema = v.object({
  /** The name on the server. */
  name: v.string(),
  bytes: v.number(),
  revision: v.string(),
});
/** What a part file is a part of. */
export type PartJournal = v.InferOutput<typeof journalSchema>;

/** How a part file becomes the target. */
export interface PartPublish {
  /** Milliseconds since 1970; absent leaves the time of writing. */
  readonly mtimeMs?: number;
  readonly executable: boolean;
  readonly replace: boolean;
}

/** The hidden name beside a target; shortened where it would be too long. */
export function partPath(target: string): string {
  return besides(target, SUFFIX);
}

function besides(target: string, suffix: string): string {
  const cut = Math.max(target.lastIndexOf("/"), target.lastIndexOf("\\")) + 1;
  const name = `.${target.slice(cut)}${suffix}`;
  if (new TextEncoder().encode(name).length <= MAX_NAME_BYTES) return target.slice(0, cut) + name;
  const short = createHash("sha256").update(target.slice(cut)).digest("hex").slice(0, 32);
  return `${target.slice(0, cut)}.${short}${suffix}`;
}

/** An open part file. Disposing it keeps it for a later resume. */
export class PartFile implements Disposable {
  readonly #target: string;
  readonly #file: Deno.FsFile;
  readonly #fd: number;
  readonly #writer: QueuedWriter;
  #closed = false;

  private constructor(target: string, file: Deno.FsFile) {
    this.#target = target;
    this.#file = file;
    this.#writer = new QueuedWriter(file);
    this.#fd = openSync(partPath(target), "r+");
  }

  /**
   * Opens the part file of a target, creating it when there is none.
   *
   * @throws `conflict` when another program is writing it, `not_allowed`, `disk_full`.
   */
  static open(target: string): PartFile {
    const path = partPath(target);
    try {
      const found = lstatOrNull(path);
      if (found !== null && !found.isFile) Deno.removeSync(path);
      const file = Deno.openSync(path, { read: true, write: true, create: true });
      if (!file.tryLockSync(true)) {
        file.close();
        throw new FtError("conflict", `another transfer is writing ${target}`, { name: target });
      }
      return new PartFile(target, file);
    } catch (error) {
      throw asFtError(error, `Cannot write ${target}`);
    }
  }

  /** Bytes it has. */
  get bytes(): number {
    return this.#closed ? 0 : fstatSync(this.#fd).size;
  }

  /** What the journal says; `null` when there is none to be read. */
  journal(): PartJournal | null {
    try {
      const text = Deno.readTextFileSync(besides(this.#target, JOURNAL_SUFFIX));
      return v.parse(journalSchema, JSON.parse(text));
    } catch {
      return null;
    }
  }

  /** Begins to be a part of something. */
  begin(journal: PartJournal): void {
    const fresh = besides(this.#target, `${JOURNAL_SUFFIX}~`);
    try {
      Deno.writeTextFileSync(fresh, JSON.stringify(journal));
      Deno.renameSync(fresh, besides(this.#target, JOURNAL_SUFFIX));
    } catch (error) {
      removeIfThere(fresh);
      throw asFtError(error, `Cannot write ${this.#target}`, this.#target);
    }
  }

  /** Fills `into` from `offset`; fewer bytes at the end. */
  readAt(offset: number, into: Uint8Array): number {
    return readFully(this.#fd, offset, into);
  }

  /** Writes on another thread; `bytes` must stay as they are meanwhile. @throws `disk_full`. */
  async writeAt(offset: number, bytes: Uint8Array): Promise<void> {
    try {
      await this.#writer.write(offset, bytes);
    } catch (error) {
      throw asFtError(error, `Cannot write ${this.#target}`, this.#target);
    }
  }

  /** Cuts it, or makes it longer with zeros. */
  truncate(bytes: number): void {
    // Cutting a file to nothing makes ext4 write all of it out when it is closed.
    if (this.bytes !== bytes) this.#file.truncateSync(bytes);
  }

  /**
   * Makes it the target, whole and at once, and removes the journal.
   *
   * @throws `conflict` when the target exists and is not to be replaced.
   */
  publish(how: PartPublish): void {
    const path = partPath(this.#target);
    try {
      if (how.mtimeMs !== undefined) this.#file.utimeSync(new Date(), new Date(how.mtimeMs));
      if (how.executable && Deno.build.os !== "windows") {
        const mode = this.#file.statSync().mode ?? 0o644;
        // Who may read may execute: the user's mask holds for both.
        Deno.chmodSync(path, mode | (mode & 0o444) >> 2);
      }
      if (how.replace) Deno.renameSync(path, this.#target);
      else renameFileToFree(path, this.#target);
    } catch (error) {
      if (codeOf(error) !== "conflict") throw asFtError(error, `Cannot write ${this.#target}`);
      throw new FtError("conflict", `already exists: ${this.#target}`, {
        name: this.#target,
        cause: error,
      });
    }
    this.#forget();
  }

  /** Removes it and its journal. */
  discard(): void {
    if (this.#closed) return;
    Deno.removeSync(partPath(this.#target));
    this.#forget();
  }

  #forget(): void {
    removeIfThere(besides(this.#target, JOURNAL_SUFFIX));
    this[Symbol.dispose]();
  }

  [Symbol.dispose](): void {
    if (this.#closed) return;
    this.#closed = true;
    closeSync(this.#fd);
    this.#file.close();
  }
}

function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw asFtError(error, `Cannot remove ${path}`);
  }
}

/** What a name is, links not followed; `null` when there is nothing. */
export function lstatOrNull(path: string): Deno.FileInfo | null {
  try {
    return Deno.lstatSync(path);
  } catch (error) {
    if (codeOf(error) === "not_found") return null;
    throw asFtError(error, `Cannot look at ${path}`);
  }
}
