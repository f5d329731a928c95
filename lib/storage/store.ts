/**
 * What a place for files must give, and nothing more: a disk today, an object store another day.
 * Absence is `null` here (a fact), and an error one rank up (an answer).
 *
 * @module
 */

import type { StorePath } from "./store_path.ts";

const TOKEN = /^[A-Za-z0-9_-]{8,64}$/;

/** Whether a text may name a staged file: 8 to 64 letters, digits, `_` and `-`. */
export function isStageToken(text: string): boolean {
  return TOKEN.test(text);
}

/** A file or folder in a store. */
export interface StoreEntry {
  /** Where it is. */
  readonly path: StorePath;
  /** What it is; a store shows nothing else. */
  readonly type: "file" | "dir";
  /** Bytes; 0 for a folder. */
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly mtimeMs: number;
  /** Whether its owner can execute it. */
  readonly executable: boolean;
  /** Changes whenever the content may have. Empty for a folder. */
  readonly revision: string;
}

/** A file open for reading. */
export interface StoredFile extends AsyncDisposable {
  /** What it was when it was opened. */
  readonly entry: StoreEntry;
  /** Fills `into` from `offset`; fewer bytes only at the end of the file. */
  readAt(offset: number, into: Uint8Array): Promise<number>;
  /**
   * Whether its content is still what was opened. A file that took its name since does not count:
   * reading goes on to the end of the version that was opened.
   */
  unchanged(): Promise<boolean>;
}

/** How a staged file becomes visible. */
export interface PublishOptions {
  /** Milliseconds since 1970. @default now */
  readonly mtimeMs?: number;
  /** Whether its owner can execute it. @default {false} */
  readonly executable?: boolean;
  /** Whether an existing file is replaced; otherwise one is a `conflict`, decided atomically. */
  readonly replace: boolean;
}

/**
 * A file under construction, invisible until published. Once another took it over (see
 * {@linkcode Store.stage}) every call but disposing is a `conflict`.
 */
export interface StagedFile extends AsyncDisposable {
  /** Names it across restarts. */
  readonly token: string;
  /** Bytes written so far, as the medium has them. */
  readonly bytes: number;
  /** Fills `into` from `offset`; fewer bytes only at the end. */
  readAt(offset: number, into: Uint8Array): Promise<number>;
  /**
   * Writes at a place, past the end too (what is between reads as zeros).
   *
   * @throws `disk_full`.
   */
  writeAt(offset: number, bytes: Uint8Array): Promise<void>;
  /** Cuts or extends it to this many bytes. */
  truncate(bytes: number): void;
  /** Waits until its content is on the medium. */
  sync(): Promise<void>;
  /**
   * Makes it the file at `path`, whole and at once, and makes missing folders above it. When it
   * returns content and name are on the medium, and it has ended; when it throws it is as it was.
   *
   * @throws `conflict` when a file is there that must not be replaced, a folder has the name or a
   *   file is in the way; `not_allowed`, `disk_full`.
   */
  publish(path: StorePath, options: PublishOptions): Promise<StoreEntry>;
  /** Removes it. Disposing instead keeps it for a later {@linkcode Store.stage}. */
  discard(): Promise<void>;
}

/** A small file, whole. */
export interface SmallContent {
  readonly path: StorePath;
  readonly bytes: Uint8Array;
  /** Milliseconds since 1970. */
  readonly mtimeMs: number;
  readonly executable: boolean;
}

/** A place for files. */
export interface Store extends AsyncDisposable {
  /**
   * What is at a path, `null` when nothing is.
   *
   * @throws `not_allowed` for a link or a special file, or a way through a link.
   */
  stat(path: StorePath): Promise<StoreEntry | null>;
  /**
   * Direct children, unordered; none when it is no folder. Links, special files and names no
   * client could ask for are left out.
   */
  list(dir: StorePath): AsyncIterable<StoreEntry>;
  /**
   * Opens a file for reading, `null` when nothing is there.
   *
   * @throws `usage` when it is a folder, `not_allowed` as {@linkcode Store.stat}.
   */
  open(path: StorePath): Promise<StoredFile | null>;
  /**
   * Opens the staged file with this token, creating it when it is not there. Who has it open loses
   * it to the new one.
   *
   * @param name What errors call it. @default the token
   * @throws `usage` for a malformed token (see {@linkcode isStageToken}).
   */
  stage(token: string, name?: string): Promise<StagedFile>;
  /**
   * Writes small files, each atomic; durable when it returns.
   *
   * @param replace Whether existing files are replaced; otherwise one is a `conflict`.
   * @returns For each in order its entry or its error.
   */
  writeMany(files: readonly SmallContent[], replace: boolean): Promise<(StoreEntry | Error)[]>;
  /** Tokens of staged files and when each was last written, for clean-up. */
  staged(): AsyncIterable<{ readonly token: string; readonly mtimeMs: number }>;
  /**
   * Renames a file or folder.
   *
   * @throws `not_found` when it or the target's folder is missing, `conflict` when the target
   *   exists (decided atomically) or is below it, `not_allowed` for the root.
   */
  move(from: StorePath, to: StorePath): Promise<void>;
  /** Removes a file or an empty folder. @throws `not_found`, `conflict` when not empty, `not_allowed` for the root. */
  remove(path: StorePath): Promise<void>;
  /** Makes a folder and those above it. @throws `conflict` when a file is in the way. */
  mkdir(path: StorePath): Promise<void>;
}
