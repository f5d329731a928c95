/**
 * Batches of small files: each is written atomically, and one sync makes all of them durable.
 *
 * The contents go into a journal, which is synced. Then each file is created and named without a
 * sync. Some time later the files themselves are synced and the journal is removed. A journal that a
 * crash leaves behind is replayed by the next start.
 *
 * @module
 */

import { equals } from "@std/bytes/equals";
import { closeSync, constants, fsync, openSync, readFileSync } from "node:fs";
import { promisify } from "node:util";
import { hasCode } from "../base/errors.ts";
import { codeOf } from "../base/os_errors.ts";
import { BATCH_SETTLE_MS, BATCH_WIDTH } from "../base/limits.ts";
import { forEachBounded } from "../base/pipeline.ts";
import { isWithin } from "../base/is_within.ts";
import { Turns } from "../base/turns.ts";
import { FolderSync } from "../base/atomic_name.ts";
import { removeQuietly } from "../base/missing_files.ts";
import { decodeBatch, encodeBatch } from "./batch_journal.ts";
import { type Facts, look, storeError } from "./fs_entry.ts";
import type { FsJail } from "./fs_jail.ts";
import { writeFully } from "./positioned_io.ts";
import { runsByFolder } from "./folder_runs.ts";
import { makeSmallFile } from "./small_file_write.ts";
import { draftIn } from "./staging.ts";
import type { SmallContent, StoreEntry } from "./store.ts";
import { parentOf, ROOT, type StorePath } from "./store_path.ts";

const flush = promisify(fsync);
const NONBLOCK = constants.O_NONBLOCK ?? 0;
const BATCHES = "batches";
/** Up to this many files are synced one by one, because a journal would cost as much. */
const FEW_FILES = 16;

/** The parts of a store that batches use. */
export interface BatchPlace {
  readonly jail: FsJail;
  /** Creates files of one folder, each atomically. */
  createIn(
    folder: StorePath,
    files: readonly SmallContent[],
    replace: boolean,
    by?: string,
  ): (StoreEntry | Error)[];
  /** Makes room on a full disk. @returns Whether some could be made. */
  makeRoom(bytes: number): boolean;
}

/** The batches of a store. Disposing it waits until all files are durable. */
export class FsBatches implements AsyncDisposable {
  readonly #place: BatchPlace;
  /** Journals by path, with the files that depend on them. */
  readonly #pending = new Map<string, ReadonlySet<StorePath>>();
  #settling: Promise<void> = Promise.resolve();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(place: BatchPlace) {
    this.#place = place;
  }

  /** Whether something at or below a path may not be durable by itself yet. */
  concerns(path: StorePath): boolean {
    return this.#pending.values().some((paths) =>
      paths.has(path) || paths.values().some((other) => isWithin(path, other))
    );
  }

  /**
   * Writes files; each succeeds or fails on its own. Those that succeeded are durable afterwards.
   *
   * @returns For each file, in order, its entry or its error.
   */
  async write(
    files: readonly SmallContent[],
    replace: boolean,
    by?: string,
  ): Promise<(StoreEntry | Error)[]> {
    const paths = new Set(files.map(({ path }) => path));
    const journaled = files.length > FEW_FILES;
    if (journaled) {
      const journal = `${this.#place.jail.reserve(BATCHES)}/${crypto.randomUUID()}`;
      await this.#writeJournal(journal, encodeBatch(files));
      this.#pending.set(journal, paths);
      this.#timer ??= setTimeout(() => this.settle(), BATCH_SETTLE_MS);
    }
    const results: (StoreEntry | Error)[] = [];
    const turn = new Turns(BATCH_WIDTH);
    for (const group of runsByFolder(files, ({ path }) => path)) {
      results.push(...this.#create(group, replace, by));
      await turn.take(group.length);
    }
    return journaled ? results : await this.#synced(files, results);
  }

  async #writeJournal(journal: string, bytes: Uint8Array): Promise<void> {
    while (true) {
      try {
        return await writeDurably(journal, bytes);
      } catch (error) {
        if (!hasCode(error, "disk_full") || !this.#place.makeRoom(bytes.length)) throw error;
      }
    }
  }

  /** Creates files of one folder; those for which the disk is full a second time, with more room. */
  #create(
    group: readonly SmallContent[],
    replace: boolean,
    by: string | undefined,
  ): (StoreEntry | Error)[] {
    const folder = parentOf(group[0]!.path);
    const results = this.#place.createIn(folder, group, replace, by);
    const full = group.filter((_, i) => hasCode(results[i], "disk_full"));
    const bytes = full.reduce((sum, file) => sum + file.bytes.length, 0);
    if (full.length === 0 || !this.#place.makeRoom(bytes)) return results;
    const again = this.#place.createIn(folder, full, replace, by);
    return results.map((result) => hasCode(result, "disk_full") ? again.shift()! : result);
  }

  /** Syncs the written files. A file that cannot be synced is reported as failed. */
  async #synced(
    files: readonly SmallContent[],
    results: readonly (StoreEntry | Error)[],
  ): Promise<(StoreEntry | Error)[]> {
    const written = files.filter((_, i) => !(results[i] instanceof Error));
    const failed = await this.#syncAll(new Set(written.map(({ path }) => path)));
    return files.map(({ path }, i) => {
      const [result, error] = [results[i]!, failed.get(path)];
      return result instanceof Error || error === undefined
        ? result
        : storeError(error, "sync", path);
    });
  }

  /** Syncs all files and removes the journals. */
  settle(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const journals = [...this.#pending];
    this.#settling = this.#settling.then(() => this.#settle(journals));
    return this.#settling;
  }

  async #settle(journals: readonly (readonly [string, ReadonlySet<StorePath>])[]): Promise<void> {
    for (const [journal, paths] of journals) {
      if (!this.#pending.has(journal)) continue;
      // A journal stays until its files are synced; one that cannot be removed does no harm.
      if ((await this.#syncAll(paths)).size > 0 || !removeQuietly(journal)) continue;
      this.#pending.delete(journal);
    }
  }

  /** Syncs files and the folders above them. @returns The errors by path. */
  async #syncAll(paths: ReadonlySet<StorePath>): Promise<Map<StorePath, unknown>> {
    const failed = new Map<StorePath, unknown>();
    await forEachBounded(paths, BATCH_WIDTH, async (path) => {
      await this.#sync(path).catch((error) => failed.set(path, error));
    });
    for (const folder of foldersOf(paths)) {
      try {
        using names = new FolderSync([this.#place.jail.locate(folder)]);
        await names.sync();
      } catch (error) {
        // A folder that was removed has no names to sync.
        if (codeOf(error) === "not_found") continue;
        for (const path of paths) if (isWithin(folder, path)) failed.set(path, error);
      }
    }
    return failed;
  }

  /** Nothing of the file is read, so it needs no proof of where it is. */
  async #sync(path: StorePath): Promise<void> {
    const { jail } = this.#place;
    const at = jail.locate(path);
    // A name that is no file may seem so because the root is lost, which is an error.
    if (look(at)?.kind !== "file") return void jail.look(path);
    let fd: number;
    try {
      fd = openSync(at, constants.O_RDONLY | NONBLOCK);
    } catch (error) {
      if (codeOf(error) === "not_found") return;
      throw error;
    }
    try {
      await flush(fd);
    } finally {
      closeSync(fd);
    }
  }

  /** Replays the journals that a crash left behind. */
  async recover(): Promise<void> {
    const folder = this.#place.jail.reserved(BATCHES);
    if (look(folder)?.kind !== "dir") return;
    for (const { name } of Deno.readDirSync(folder)) {
      const journal = `${folder}/${name}`;
      const files = decodeBatch(new Uint8Array(readFileSync(journal)));
      for (const file of files ?? []) this.#restore(file);
      this.#pending.set(journal, new Set(files?.map(({ path }) => path)));
    }
    await this.settle();
  }

  /** Restores a missing or torn file. A file that was changed since is left alone. */
  #restore(file: SmallContent): void {
    const found = this.#place.jail.look(file.path);
    if (found !== null && (found.kind !== "file" || !this.#hasTime(found, file))) return;
    if (found !== null && sameContent(this.#place.jail, file)) return;
    const [restored] = this.#place.createIn(parentOf(file.path), [file], true);
    if (restored instanceof Error) throw restored;
  }

  /** Whether a file has the time that it was created with, as far as the file system has it. */
  #hasTime(found: Facts, { mtimeMs }: SmallContent): boolean {
    if (found.mtimeMs === Math.floor(mtimeMs)) return true;
    const draft = draftIn(this.#place.jail.reserve("staging"));
    try {
      makeSmallFile(draft, new Uint8Array(), mtimeMs, 0o600);
      return look(draft)?.mtimeMs === found.mtimeMs;
    } finally {
      removeQuietly(draft);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.settle();
  }
}

function sameContent(jail: FsJail, file: SmallContent): boolean {
  const open = jail.open(file.path);
  if (open === null) return false;
  try {
    return equals(readFileSync(open.fd), file.bytes);
  } finally {
    closeSync(open.fd);
  }
}

/** Returns all folders above the given files, including the root. */
function foldersOf(paths: Iterable<StorePath>): Set<StorePath> {
  const folders = new Set<StorePath>([ROOT]);
  for (const path of paths) {
    for (let at = parentOf(path); !folders.has(at); at = parentOf(at)) folders.add(at);
  }
  return folders;
}

async function writeDurably(at: string, bytes: Uint8Array): Promise<void> {
  try {
    const fd = openSync(at, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
    try {
      writeFully(fd, 0, bytes);
      await flush(fd);
    } catch (error) {
      // On a full disk, remove the partial journal to free its space.
      removeQuietly(at);
      throw error;
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    throw storeError(error, "write", "a batch");
  }
}
