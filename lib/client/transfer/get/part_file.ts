/**
 * A download under construction: the part file beside its target, and a journal that says what
 * it is a part of.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { fstatSync, openSync } from "node:fs";
import * as v from "valibot";
import { FtError } from "../../../base/errors.ts";
import { BLOCK_BYTES, MAX_NAME_BYTES } from "../../../base/limits.ts";
import { hasSpareCores } from "../../../base/cores.ts";
import { asFtError, codeOf } from "../../../base/os_errors.ts";
import { isLongerThan } from "../../../base/text.ts";
import { renameFileToFree } from "../../../base/atomic_name.ts";
import { Descriptor } from "../../../storage/descriptor.ts";
import { PIECE_BYTES, PiecewiseWriter } from "../../../storage/piecewise_writer.ts";
import { QueuedWriter } from "../../../storage/queued_writer.ts";

const SUFFIX = ".ft-part";
const JOURNAL_SUFFIX = ".ft-journal";
const FRESH_JOURNAL_SUFFIX = `${JOURNAL_SUFFIX}~`;
/** Times a part file is opened again because it became the target meanwhile. */
const OPEN_ATTEMPTS = 16;

/** Bytes of a block that are written to a part file at once. */
export const PART_WRITE_BYTES: number = hasSpareCores() ? BLOCK_BYTES : PIECE_BYTES;

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
  readonly mtimeMs?: number | undefined;
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
  if (!isLongerThan(name, MAX_NAME_BYTES)) return target.slice(0, cut) + name;
  const short = createHash("sha256").update(target.slice(cut)).digest("hex").slice(0, 32);
  return `${target.slice(0, cut)}.${short}${suffix}`;
}

/** Opens a part file for nobody else. @throws `conflict` when another program has it. */
function lockedFile(path: string, target: string): Deno.FsFile {
  using stack = new DisposableStack();
  const file = stack.use(Deno.openSync(path, { read: true, write: true, create: true }));
  if (!file.tryLockSync(true)) throw inUse(target);
  stack.move();
  return file;
}

/**
 * Makes the part file of a target anew, locked, for content that is written in one go. It is the
 * caller's to write, name and close.
 *
 * @param mode Permission bits, less the user's mask.
 * @throws `conflict` when another program is writing it, and what the operating system says.
 */
export function openFreshPart(target: string, mode: number): Deno.FsFile {
  const path = partPath(target);
  for (let attempt = 0; attempt < OPEN_ATTEMPTS; attempt++) {
    using stack = new DisposableStack();
    try {
      const file = stack.use(Deno.openSync(path, { write: true, createNew: true, mode }));
      if (!file.tryLockSync(true)) break;
      stack.move();
      return file;
    } catch (error) {
      if (codeOf(error) !== "conflict") throw error;
    }
    using old = PartFile.open(target);
    old.discard();
  }
  throw inUse(target);
}

function inUse(target: string): FtError {
  return new FtError("conflict", `another transfer is writing ${target}`, { name: target });
}

/**
 * Whether an open, locked file is the part file and nothing else. One that became the target just
 * now has lost that name; one whose program died in that moment has both, and loses it here.
 */
function isPartOnly(file: Deno.FsFile, path: string): boolean {
  const [open, found] = [file.statSync(), lstatOrNull(path)];
  if (found === null) return false;
  const other = found.ino !== open.ino || found.dev !== open.dev;
  if (other && Deno.build.os !== "windows") return false;
  if ((open.nlink ?? 1) <= 1) return true;
  Deno.removeSync(path);
  return false;
}

/**
 * Removes what a program that died left beside a target that is complete. What another one is
 * writing stays.
 */
export function removeLeftovers(target: string): void {
  const journals = [JOURNAL_SUFFIX, FRESH_JOURNAL_SUFFIX].map((suffix) => besides(target, suffix));
  if ([partPath(target), ...journals].every((path) => lstatOrNull(path) === null)) return;
  try {
    using part = PartFile.open(target);
    removeIfThere(besides(target, FRESH_JOURNAL_SUFFIX));
    part.discard();
  } catch {
    // Somebody needs it, or it cannot be removed: the target is complete all the same.
  }
}

/** An open part file. Disposing it keeps it for a later resume. */
export class PartFile implements Disposable {
  readonly #target: string;
  readonly #file: Deno.FsFile;
  readonly #content: Descriptor;
  readonly #writer: Pick<QueuedWriter, "write">;
  #closed = false;

  private constructor(target: string, file: Deno.FsFile) {
    this.#target = target;
    this.#file = file;
    this.#writer = hasSpareCores() ? new QueuedWriter(file) : new PiecewiseWriter(file);
    this.#content = new Descriptor(openSync(partPath(target), "r"));
  }

  /**
   * Opens the part file of a target, creating it when there is none.
   *
   * @throws `conflict` when another program is writing it, `not_allowed`, `disk_full`.
   */
  static open(target: string): PartFile {
    const path = partPath(target);
    try {
      for (let attempt = 0; attempt < OPEN_ATTEMPTS; attempt++) {
        const found = lstatOrNull(path);
        if (found !== null && !found.isFile) Deno.removeSync(path);
        using stack = new DisposableStack();
        const file = stack.use(lockedFile(path, target));
        if (!isPartOnly(file, path)) continue;
        const part = new PartFile(target, file);
        stack.move();
        return part;
      }
      throw inUse(target);
    } catch (error) {
      throw asFtError(error, `Cannot write ${target}`);
    }
  }

  /** Bytes it has. */
  get bytes(): number {
    return this.#closed ? 0 : fstatSync(this.#content.fd).size;
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
    const fresh = besides(this.#target, FRESH_JOURNAL_SUFFIX);
    try {
      Deno.writeTextFileSync(fresh, JSON.stringify(journal));
      Deno.renameSync(fresh, besides(this.#target, JOURNAL_SUFFIX));
    } catch (error) {
      removeIfThere(fresh);
      throw asFtError(error, `Cannot write ${this.#target}`, this.#target);
    }
  }

  /** Fills `into` from `offset`; fewer bytes at the end. */
  readAt(offset: number, into: Uint8Array): Promise<number> {
    return this.#content.readAt(offset, into);
  }

  /** Writes all of `bytes`, which must stay as they are meanwhile. @throws `disk_full`. */
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
    removeIfThere(partPath(this.#target));
    this.#forget();
  }

  #forget(): void {
    removeIfThere(besides(this.#target, JOURNAL_SUFFIX));
    this[Symbol.dispose]();
  }

  [Symbol.dispose](): void {
    if (this.#closed) return;
    this.#closed = true;
    void this.#content.close();
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
