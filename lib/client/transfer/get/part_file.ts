/**
 * A download under construction: the part file beside its target.
 *
 * @module
 */

import { fstatSync, openSync } from "node:fs";
import { renameFile } from "../../../base/atomic_name.ts";
import { hasSpareCores } from "../../../base/cores.ts";
import { FtError } from "../../../base/errors.ts";
import { BLOCK_BYTES } from "../../../base/limits.ts";
import { lstatOrNull, removeIfThere } from "../../../base/missing_files.ts";
import { asFtError, codeOf } from "../../../base/os_errors.ts";
import { Descriptor } from "../../../storage/descriptor.ts";
import { finishDraft, type OpenDraft } from "../../../storage/draft.ts";
import { FreshRegion } from "../../../storage/fresh_region.ts";
import { PERMISSION_BITS, type WantedBits } from "../../../storage/permission_bits.ts";
import { PIECE_BYTES, PiecewiseWriter } from "../../../storage/piecewise_writer.ts";
import { QueuedWriter } from "../../../storage/queued_writer.ts";
import { localBits } from "../local_facts.ts";
import { localStatus } from "../local_path.ts";
import { type PartJournal, readJournal, writeJournal } from "./part_journal.ts";
import type { PartPaths } from "./part_names.ts";

/** How often a part file is opened again because it became the target in between. */
const OPEN_ATTEMPTS = 16;

/** Bytes of a block that are written to a part file at once. */
export const PART_WRITE_BYTES: number = hasSpareCores() ? BLOCK_BYTES : PIECE_BYTES;

/** How a part file becomes the target. */
export interface PartPublish {
  /** Milliseconds since 1970; absent keeps the time of writing. */
  readonly mtimeMs?: number | undefined;
  /** The permission bits of a new target; one that is replaced keeps its own. */
  readonly bits?: WantedBits;
  readonly replace: boolean;
}

/** Permission bits of a part file, which may be a part of a private file. */
const PART_BITS = 0o600;

/** Opens and locks a part file; `null` when another program holds the lock. */
function lockedFile({ part: path }: PartPaths): Deno.FsFile | null {
  using stack = new DisposableStack();
  const how = { read: true, write: true, create: true, mode: PART_BITS };
  const file = stack.use(Deno.openSync(path, how));
  if (!file.tryLockSync(true)) return null;
  stack.move();
  return file;
}

/** Whether another program is writing a target. */
export function isBeingWritten({ part }: PartPaths): boolean {
  try {
    using file = Deno.openSync(part, { read: true, write: true });
    return !file.tryLockSync(true);
  } catch {
    // There is none, or opening it to write will report why that is not possible.
    return false;
  }
}

/** Whether a target exists, or another program is writing it. */
export function isTaken(paths: PartPaths): boolean {
  return localStatus(paths.target) !== null || isBeingWritten(paths);
}

/**
 * Creates a new, locked part file for content that is written at once. The caller writes, renames and
 * closes it.
 *
 * @param mode Its permission bits; its owner can always write it.
 * @throws `conflict` when another program is writing it, and errors of the disk.
 */
export function openFreshPart(paths: PartPaths, mode: number): Deno.FsFile {
  const { part: path, target } = paths;
  for (let attempt = 0; attempt < OPEN_ATTEMPTS; attempt++) {
    using stack = new DisposableStack();
    try {
      const file = stack.use(
        Deno.openSync(path, { write: true, createNew: true, mode: mode | PART_BITS }),
      );
      if (!file.tryLockSync(true)) break;
      stack.move();
      return file;
    } catch (error) {
      if (codeOf(error) !== "conflict") throw error;
    }
    using old = PartFile.open(paths);
    old.discard();
  }
  throw inUse(target);
}

function inUse(target: string): FtError {
  return new FtError("conflict", `another transfer is writing ${target}`, { name: target });
}

/**
 * Whether an open, locked file has no name but that of the part file. A file that just became the
 * target has lost that name; after a crash in that moment it has both, and the name is removed here.
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
 * Removes the part file and journal a crash left beside a complete target, unless another program is
 * using them.
 */
export function removeLeftovers(paths: PartPaths): void {
  try {
    const all = [paths.part, paths.journal, paths.journalDraft];
    if (all.every((path) => lstatOrNull(path) === null)) return;
    using part = PartFile.open(paths);
    removeIfThere(paths.journalDraft);
    part.discard();
  } catch {
    // Best effort: the target is complete.
  }
}

/** An open part file. Disposing it keeps the file, so that the download can be resumed. */
export class PartFile implements Disposable {
  readonly #paths: PartPaths;
  readonly #file: Deno.FsFile;
  readonly #content: Descriptor;
  readonly #writer: Pick<QueuedWriter, "write">;
  #fresh: FreshRegion;
  #closed = false;

  private constructor(paths: PartPaths, file: Deno.FsFile) {
    this.#paths = paths;
    this.#file = file;
    this.#writer = hasSpareCores() ? new QueuedWriter(file) : new PiecewiseWriter(file);
    this.#content = new Descriptor(openSync(paths.part, "r"));
    this.#fresh = new FreshRegion(this.bytes);
  }

  /**
   * Opens the part file of a target, or creates it.
   *
   * @throws `conflict` when another program is writing it, `not_allowed`, `disk_full`.
   */
  static open(paths: PartPaths): PartFile {
    const part = PartFile.tryOpen(paths);
    if (part === null) throw inUse(paths.target);
    return part;
  }

  /**
   * Opens the part file of a target, or creates it.
   *
   * @returns `null` when another program is writing it.
   * @throws `not_allowed`, `disk_full`.
   */
  static tryOpen(paths: PartPaths): PartFile | null {
    const { part: path, target } = paths;
    try {
      for (let attempt = 0; attempt < OPEN_ATTEMPTS; attempt++) {
        const found = lstatOrNull(path);
        if (found !== null && !found.isFile) Deno.removeSync(path);
        using stack = new DisposableStack();
        const file = lockedFile(paths);
        if (file === null) return null;
        stack.use(file);
        if (!isPartOnly(file, path)) continue;
        const part = new PartFile(paths, file);
        stack.move();
        // It may have been created by an older version.
        if (((found?.mode ?? 0) & ~PART_BITS & PERMISSION_BITS) !== 0) part.#makePrivate();
        return part;
      }
      return null;
    } catch (error) {
      throw asFtError(error, `Cannot write ${target}`);
    }
  }

  get #draft(): OpenDraft {
    return { fd: this.#content.fd, at: this.#paths.part };
  }

  #makePrivate(): void {
    try {
      finishDraft(this.#draft, { mode: PART_BITS });
    } catch (error) {
      throw asFtError(error, `Cannot write ${this.#paths.part}`, this.#paths.part);
    }
  }

  /** Its size in bytes. */
  get bytes(): number {
    return this.#closed ? 0 : fstatSync(this.#content.fd).size;
  }

  /** The version this part belongs to; `null` if that is unknown. */
  journal(): PartJournal | null {
    return readJournal(this.#paths);
  }

  /** Records which remote version this part belongs to. */
  begin(journal: PartJournal): void {
    writeJournal(this.#paths, journal);
  }

  /** Fills `into` from `offset`; reads fewer bytes only at the end. */
  readAt(offset: number, into: Uint8Array): Promise<number> {
    return this.#content.readAt(offset, into);
  }

  /**
   * Writes all of `bytes`, which must not change until then. Zeros at the end of the file may show only
   * once its size is set by {@linkcode truncate}.
   *
   * @throws `disk_full`.
   */
  async writeAt(offset: number, bytes: Uint8Array): Promise<void> {
    try {
      for (const run of this.#fresh.runs(offset, bytes)) {
        await this.#writer.write(run.offset, run.bytes);
      }
    } catch (error) {
      throw asFtError(error, `Cannot write ${this.#paths.target}`, this.#paths.target);
    }
  }

  /** Sets its size; a longer file is filled with zeros. */
  truncate(bytes: number): void {
    // ext4 writes out a file on close after it was truncated to zero bytes.
    if (this.bytes !== bytes) this.#file.truncateSync(bytes);
    this.#fresh = new FreshRegion(bytes);
  }

  /**
   * Renames it to the target atomically, and removes the journal.
   *
   * @returns Its modification time, which may not be the one asked for; `null`, without an effect,
   *   when the target exists and must not be replaced.
   */
  publish({ mtimeMs, bits = {}, replace }: PartPublish): number | null {
    const { part: path, target } = this.#paths;
    try {
      finishDraft(this.#draft, { mtimeMs, mode: localBits(target, bits, replace) });
      renameFile(path, target, replace);
      const written = fstatSync(this.#content.fd).mtimeMs;
      this.#forget();
      return written;
    } catch (error) {
      if (codeOf(error) === "conflict") return null;
      throw asFtError(error, `Cannot write ${target}`);
    }
  }

  /** Removes it and its journal. */
  discard(): void {
    if (this.#closed) return;
    this.#remove(this.#paths.part);
    this.#forget();
  }

  #forget(): void {
    this.#remove(this.#paths.journal);
    this[Symbol.dispose]();
  }

  #remove(path: string): void {
    try {
      removeIfThere(path);
    } catch (error) {
      throw asFtError(error, `Cannot remove ${path}`, path);
    }
  }

  [Symbol.dispose](): void {
    if (this.#closed) return;
    this.#closed = true;
    void this.#content.close();
    this.#file.close();
  }
}
