/**
 * The interface of a store of files, such as a disk. Here a missing file is reported as `null`; the
 * file service turns it into an error.
 *
 * @module
 */

import type { FtError } from "../base/errors.ts";
import type { StorePath } from "./store_path.ts";
import type { Change } from "./version_change.ts";

const TOKEN = /^[A-Za-z0-9_-]{8,64}$/;

/** Whether a text can be the token of a staged file: 8 to 64 letters, digits, `_` and `-`. */
export function isStageToken(text: string): boolean {
  return TOKEN.test(text);
}

/** A file or folder in a store. */
export interface StoreEntry {
  /** Its path. */
  readonly path: StorePath;
  /** A store shows nothing but files and folders. */
  readonly type: "file" | "dir";
  /** Size in bytes; 0 for a folder. */
  readonly bytes: number;
  /** Time of the last change, in milliseconds since 1970. */
  readonly mtimeMs: number;
  /** Whether its owner can execute it. */
  readonly executable: boolean;
  /** Permission bits of owner, group and others; absent where the system has none. */
  readonly mode?: number | undefined;
  /** Differs whenever the content may have changed. Empty for a folder. */
  readonly revision: string;
  /**
   * From when on a change of the content is sure to change the revision, in milliseconds since 1970:
   * times are stored in steps, and several changes may fall into one. @default always
   */
  readonly settledMs?: number;
}

/**
 * Whether a digest belongs to the revision for good.
 *
 * @param readMs When reading the content began, after the entry was looked up.
 */
export function isSettled(
  { settledMs = -Infinity }: Pick<StoreEntry, "settledMs">,
  readMs: number,
): boolean {
  return readMs >= settledMs;
}

/** A file open for reading. */
export interface StoredFile extends AsyncDisposable {
  /** Its entry when it was opened. */
  readonly entry: StoreEntry;
  /** Fills `into` from `offset`; fewer bytes only at the end of the file. */
  readAt(offset: number, into: Uint8Array): Promise<number>;
  /**
   * Whether its content has not changed since it was opened. If another file has taken its name, the
   * opened version is still read to its end, and counts as unchanged.
   */
  unchanged(): Promise<boolean>;
}

/** Options of {@linkcode StagedFile.publish}. */
export interface PublishOptions {
  /** Modification time, in milliseconds since 1970. @default now */
  readonly mtimeMs?: number;
  /** Whether its owner can execute it. @default {false} */
  readonly executable?: boolean | undefined;
  /**
   * Permission bits of a new file, less the user's mask; a replaced one keeps its own.
   *
   * @default read and write for everybody, and execute if `executable`
   */
  readonly mode?: number | undefined;
  /** Whether an existing file is replaced. Otherwise one is a `conflict`, decided atomically. */
  readonly replace: boolean;
  /** The revision that is replaced, where the store can decide that; another is a `conflict`. */
  readonly expected?: string | undefined;
  /** The change, for the version that is kept of a replaced file. */
  readonly change?: Change | undefined;
}

/** Blocks of a staged file in a store that cannot read back all of it. */
export interface HeldBlocks {
  /** The digest of a block, if the store has recorded it. */
  digestOf(index: number): Uint8Array | undefined;
  /** Whether the whole block was written. */
  isWritten(index: number): boolean;
}

/** A block of another file. */
export interface BlockToCopy {
  /** Its number. */
  readonly index: number;
  /** Its size. */
  readonly bytes: number;
  /** Its SHA-256. */
  readonly digest: Uint8Array;
}

/** Facts of an upload, as far as they are known when it begins. */
export interface StageFacts extends Pick<PublishOptions, "mtimeMs" | "executable" | "mode"> {
  /** Whether {@linkcode StagedFile.sha256} is called before it is published. @default {false} */
  readonly summed?: boolean | undefined;
}

/**
 * A file under construction, invisible until it is published. After another caller takes it over (see
 * {@linkcode Store.stage}), every call but disposing is a `conflict`.
 */
export interface StagedFile extends AsyncDisposable {
  /** Identifies it across restarts. */
  readonly token: string;
  /** Current size in bytes. */
  readonly bytes: number;
  /** Its blocks. @default all can be read back */
  readonly held?: HeldBlocks | undefined;
  /**
   * Fills `into` from `offset`; fewer bytes only at the end.
   *
   * @throws `conflict` (retryable) for what cannot be read back (see {@linkcode HeldBlocks}).
   */
  readAt(offset: number, into: Uint8Array): Promise<number>;
  /**
   * Writes at an offset, which may be past the end; a gap reads as zeros.
   *
   * @param digest The SHA-256 of a block from its beginning to the end of these bytes, for
   *   {@linkcode HeldBlocks}.
   * @throws `disk_full`.
   */
  writeAt(offset: number, bytes: Uint8Array, digest?: Uint8Array): Promise<void>;
  /**
   * Takes over a block that another file of the store has at the same place, without moving it. Its
   * content is not read, and so not compared with its digest.
   *
   * @param base Open until this file has been published or closed.
   * @returns Whether it did; otherwise the block must be written. @default it never does
   * @throws `conflict` (retryable) if the other file has changed, then or later.
   */
  copyBlock?(base: StoredFile, block: BlockToCopy): Promise<boolean>;
  /**
   * The SHA-256 of the whole content in hex, of a file that was written in order and with
   * {@linkcode StageFacts.summed}. @default the content can be read
   */
  sha256?(): Promise<string>;
  /** Sets the size in bytes. */
  truncate(bytes: number): void;
  /** Makes the content durable. */
  sync(): Promise<void>;
  /**
   * Makes it the file at `path`, atomically, and creates parent folders. When it returns, content and
   * name are durable and the staged file has ended. When it throws, the staged file is unchanged.
   *
   * @throws `conflict` if the name belongs to a folder or to a file that must not be replaced, or a
   *   parent is a file; `not_allowed`, `disk_full`.
   */
  publish(path: StorePath, options: PublishOptions): Promise<StoreEntry>;
  /** Removes it. Disposing it instead keeps it for a later {@linkcode Store.stage}. */
  discard(): Promise<void>;
}

/** A small file that was read whole. */
export interface WholeFile {
  readonly entry: StoreEntry;
  readonly bytes: Uint8Array;
}

/** A small file with its content. */
export interface SmallContent {
  readonly path: StorePath;
  readonly bytes: Uint8Array;
  /** Modification time, in milliseconds since 1970. */
  readonly mtimeMs: number;
  readonly executable: boolean;
  /** See {@linkcode PublishOptions.mode}. */
  readonly mode?: number | undefined;
  /** Returns the root of the content, if it is known. */
  readonly root?: (() => string | undefined) | undefined;
}

/** Properties of a file that can be set without changing its content. */
export interface FileFacts {
  /** Modification time, in milliseconds since 1970; absent keeps it. */
  readonly mtimeMs?: number | undefined;
  /** Whether its owner can execute it, if there is no `mode`. @default {false} */
  readonly executable?: boolean | undefined;
  /** Permission bits, less the user's mask. They give nobody but the owner new access. */
  readonly mode?: number | undefined;
}

/** A store of files. */
export interface Store extends AsyncDisposable {
  /**
   * Returns the entry at a path; `null` if there is none.
   *
   * @throws `not_allowed` for a link or a special file, or a path through a link.
   */
  stat(path: StorePath): Promise<StoreEntry | null>;
  /**
   * Lists the direct children, ordered by name; none if it is not a folder. Entries are looked up as
   * they are consumed.
   *
   * @param leftOut Receives the errors of links, special files and names that no client could
   *   request, which are left out, and of entries that cannot be looked at. @default throws the
   *   latter
   * @param namesOnly Whether only paths and types are needed; everything else can be 0. @default
   *   {false}
   * @throws The signal's reason once it is aborted; `not_allowed` if the folder cannot be read.
   */
  list(
    dir: StorePath,
    signal?: AbortSignal,
    leftOut?: (error: FtError) => void,
    namesOnly?: boolean,
  ): AsyncIterable<StoreEntry>;
  /**
   * Opens a file for reading; `null` if it does not exist.
   *
   * @throws `usage` for a folder, `not_allowed` as {@linkcode Store.stat}.
   */
  open(path: StorePath): Promise<StoredFile | null>;
  /**
   * Reads small files whole, as far as many of them can be read at once.
   *
   * @param maxBytes The size of the largest one.
   * @returns For each path, in order, its file; `null` for one that must be opened by itself, which
   *   says why it cannot be read.
   */
  readMany(
    paths: readonly StorePath[],
    maxBytes: number,
  ): (WholeFile | null)[] | Promise<(WholeFile | null)[]>;
  /**
   * Opens the staged file with this token, creating it if it does not exist. A caller that has it open
   * loses it to the new one.
   *
   * @param name Its path, also for errors. @default the token
   * @param facts Facts that it will probably be published with. @default none
   * @throws `usage` for a malformed token (see {@linkcode isStageToken}).
   */
  stage(token: string, name?: string, facts?: StageFacts): Promise<StagedFile>;
  /**
   * Writes small files, each atomically. They are durable when it returns.
   *
   * @param replace Whether existing files are replaced; otherwise one is a `conflict`.
   * @param by Who writes them, for the versions that are kept.
   * @returns For each file, in order, its entry or its error.
   */
  writeMany(
    files: readonly SmallContent[],
    replace: boolean,
    by?: string,
  ): Promise<(StoreEntry | Error)[]>;
  /** Lists staged files and when each was last written, for clean-up. */
  staged(): AsyncIterable<{ readonly token: string; readonly mtimeMs: number }>;
  /**
   * Renames a file or folder.
   *
   * @param replace Whether a file takes the place of an existing file, in one step. @default {false}
   * @param change Who does it, for the version that is kept.
   * @throws `not_found` if it or the target's folder is missing, `conflict` if the target exists and
   *   cannot be replaced (decided atomically) or is below it, `not_allowed` for the root.
   */
  move(from: StorePath, to: StorePath, replace?: boolean, change?: Change): Promise<void>;
  /**
   * Removes a file or an empty folder.
   *
   * @param change Who removes it, for the version that is kept.
   * @throws `not_found`, `conflict` if a folder is not empty, `not_allowed` for the root.
   */
  remove(path: StorePath, change?: Change): Promise<void>;
  /**
   * Creates a folder and its parent folders.
   *
   * @param mode Permission bits if it is new, less the user's mask; its owner can always fill it.
   * @throws `conflict` if one of the names is a file.
   */
  mkdir(path: StorePath, mode?: number): Promise<void>;
  /**
   * Sets properties of a file.
   *
   * @param revision The version that is meant.
   * @returns The entry afterwards, usually of another revision.
   * @throws `not_found`, `conflict` (retryable) if the file has another revision.
   */
  setFacts(path: StorePath, revision: string, facts: FileFacts): Promise<StoreEntry>;
}
