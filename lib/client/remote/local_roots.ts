/**
 * The roots of local files, remembered across runs. A root counts only while size, times and inode of
 * the file are the same; where it is not certain that a change would show, none is remembered.
 *
 * @module
 */

import { isAbsolute } from "../../base/path_rules.ts";
import { absolutePath } from "../../base/absolute_path.ts";
import { MAX_ROOTS_UNWRITTEN, SMALL_FILE_BYTES } from "../../base/limits.ts";
import { hasCode } from "../../base/errors.ts";
import {
  type CachedFolder,
  DigestCache,
  type FileVersion,
  type VersionRoot,
} from "../../storage/digest_cache.ts";
import { type Facts, look, versionOf } from "../../storage/fs_entry.ts";
import { isSettled } from "../../storage/store.ts";

/** Where roots are remembered. */
export interface LocalRootsOptions {
  /** The database file. Its folder is created by its owner. */
  readonly path: string;
  /** Called with each fault of it; transfers do without. @default none */
  readonly onFault?: (error: unknown) => void;
}

/** A version of a local file. */
export interface LocalVersion extends FileVersion {
  /** The local path, as the user wrote it. */
  readonly path: string;
  /** Size in bytes. */
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly mtimeMs: number;
  /** Permission and type bits, as on POSIX. */
  readonly mode: number;
  /** From when on a change is sure to change the revision, in milliseconds since 1970. */
  readonly settledMs: number;
  /** Whether every change of the file changes its revision, and none brings an earlier one back. */
  readonly unique: boolean;
}

/** The version of a local file with these facts. */
export function localVersion(path: string, facts: Facts): LocalVersion {
  const { bytes, mtimeMs, mode } = facts;
  return { path, bytes, mtimeMs, mode, ...versionOf(facts), unique: facts.ctimeMs !== null };
}

/** Remembers roots. Disposing it stores them. */
export class LocalRoots implements Disposable {
  readonly #options: LocalRootsOptions | undefined;
  readonly #trusted: boolean;
  readonly #rows: VersionRoot[] = [];
  readonly #folders: CachedFolder[] = [];
  #filesInFolders = 0;
  #worthStoring = false;
  #cache: DigestCache | undefined;
  #usable: boolean;
  #folder: string | undefined;

  /**
   * @param options Where they are stored. @default nowhere
   * @param use `trusted`: whether stored ones are returned; new ones are stored anyway.
   */
  constructor(options: LocalRootsOptions | undefined, use: { readonly trusted: boolean }) {
    this.#options = options;
    this.#trusted = use.trusted;
    this.#usable = options !== undefined;
  }

  /** Whether there may be roots of an earlier run. */
  get any(): boolean {
    return this.#trusted && this.#usable && exists(this.#options!.path);
  }

  /** Returns the roots that are known, by path. */
  of(files: readonly LocalVersion[]): Map<string, string> {
    const found = new Map<string, string>();
    if (!this.#trusted || files.length === 0) return found;
    const versions = files.map(({ path, revision }) => ({ path: this.#key(path), revision }));
    const roots = this.#open()?.roots(versions) ?? [];
    roots.forEach((root, i) => root !== undefined && found.set(files[i]!.path, root));
    return found;
  }

  /**
   * Remembers the root of a version. If the file changed since it was looked at, the root is useless
   * and harmless, as nothing has that version any more.
   *
   * @param readMs When reading began, after the file was looked at.
   */
  remember(file: LocalVersion, root: string, readMs: number): void {
    const { path, bytes, revision } = file;
    if (!this.#usable || !isSettled(file, readMs)) return;
    // No file will have that revision again if it has another one by now.
    if (!file.unique && !isUnchanged(file)) return;
    this.#rows.push({ path: this.#key(path), revision, root });
    // A single small file is hashed sooner than a database is opened.
    this.#worthStoring ||= this.#rows.length > 1 || bytes > SMALL_FILE_BYTES;
    if (this.#rows.length >= MAX_ROOTS_UNWRITTEN) this.#store();
  }

  /** Returns a folder whose files are as they were when it was remembered; `null` if none is known. */
  folder(path: string, facts: string): CachedFolder | null {
    return this.#trusted ? this.#open()?.folder(this.#key(path), facts) ?? null : null;
  }

  /** Remembers a folder whose roots were all found, unless it is very large. */
  rememberFolder(folder: CachedFolder): void {
    const { length } = folder.roots;
    if (!this.#usable || length > MAX_ROOTS_UNWRITTEN) return;
    this.#folders.push({ ...folder, path: this.#key(folder.path) });
    this.#filesInFolders += length;
    if (this.#filesInFolders >= MAX_ROOTS_UNWRITTEN) this.#storeFolders();
  }

  #key(path: string): string {
    return isAbsolute(path) ? path : (this.#folder ??= absolutePath("")) + path;
  }

  #open(): DigestCache | undefined {
    if (!this.#usable || this.#options === undefined) return undefined;
    const { path } = this.#options;
    return this.#cache ??= DigestCache.open(path, { onFault: (error) => this.#fault(error) });
  }

  /** Every further wait for a database that another program keeps locked would delay the user. */
  #fault(error: unknown): void {
    if (this.#usable) this.#options?.onFault?.(error);
    if (hasCode(error, "conflict")) this.#usable = false;
  }

  #store(): void {
    for (const row of this.#rows.splice(0)) this.#open()?.putRoot(row);
  }

  #storeFolders(): void {
    const folders = this.#folders.splice(0);
    this.#filesInFolders = 0;
    if (folders.length > 0) this.#open()?.putFolders(folders);
  }

  [Symbol.dispose](): void {
    if (this.#worthStoring) this.#store();
    this.#storeFolders();
    this.#cache?.[Symbol.dispose]();
    this.#usable = false;
  }
}

function exists(path: string): boolean {
  try {
    return look(path) !== null;
  } catch {
    return false;
  }
}

function isUnchanged({ path, revision }: LocalVersion): boolean {
  try {
    const now = look(path);
    return now?.kind === "file" && versionOf(now).revision === revision;
  } catch {
    return false;
  }
}
