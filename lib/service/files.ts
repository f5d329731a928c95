/**
 * The waist of the house: what a dialect may ask of a file service, and what a client offers over
 * a connection. Above it nobody knows of disks, below it nobody knows of sockets.
 *
 * Every method throws an `FtError`; a missing file is an error here (`not_found`), as it answers a
 * question somebody asked.
 *
 * @module
 */

/** Options every call takes. */
export interface CallOptions {
  /** Cancels the call. */
  readonly signal?: AbortSignal;
}

/** What is known of a file or folder. */
export interface FileInfo {
  /** The path from the served root, `/` between names; `"."` is the root itself. */
  readonly path: string;
  /** What it is; nothing else is ever shown. */
  readonly type: "file" | "dir";
  /** Size in bytes; 0 for a folder. */
  readonly bytes: number;
  /** Last change, in milliseconds since 1970. */
  readonly mtimeMs: number;
  /** Whether its owner may execute it. */
  readonly executable: boolean;
  /** Names one version of the content: equal text, equal bytes. Opaque. Empty for a folder. */
  readonly revision: string;
  /** The content's root (64 hex digits) where it is known without reading the file. */
  readonly root?: string;
}

/** A range of block numbers, `[start, end)`. */
export interface BlockRange {
  /** The first. */
  readonly start: number;
  /** One past the last. */
  readonly end: number;
}

/** One block of content on its way. Disposing it gives its buffer and its place in the window back. */
export interface Block extends Disposable {
  /** Its number in the file, from 0. */
  readonly index: number;
  /** Its content. Who hands the buffer to a worker puts the view that comes back in its place. */
  bytes: Uint8Array<ArrayBuffer>;
  /** The digest its sender claims: 32 bytes of SHA-256. */
  readonly digest: Uint8Array;
  /** Content bytes as they crossed the network (wire bytes), where that may be fewer than the content's. */
  readonly wireBytes?: number;
}

/** The digests of a file's blocks. Disposing it ends what is still to come. */
export interface Manifest extends AsyncDisposable {
  /** The file it is of. */
  readonly info: FileInfo;
  /** Digests one after the other, in runs of whole digests (32 bytes each), from block 0 on. */
  readonly digests: AsyncIterable<Uint8Array<ArrayBuffer>>;
}

/** A file being read. Disposing it ends what is still to come. */
export interface Reading extends AsyncDisposable {
  /** The file as it was opened. */
  readonly info: FileInfo;
  /**
   * The blocks that were asked for, in order. Ends with `conflict` (retryable) when the file
   * changed meanwhile.
   */
  readonly blocks: AsyncIterable<Block>;
}

/** What a write demands of the target at the moment of commit. */
export type Precondition =
  /** Anything may be there. */
  | { readonly kind: "any" }
  /** Nothing may be there. */
  | { readonly kind: "absent" }
  /** Exactly this content is there. */
  | { readonly kind: "root"; readonly root: string };

/** Facts about a file that is about to be written. */
export interface StageOptions extends CallOptions {
  /** Size in bytes; absent when it is not known before the end. */
  readonly bytes?: number;
  /** Names the upload across connections; a later call with it takes over. Made up when absent. */
  readonly token?: string;
  /** What the target must be at the commit. @default {{ kind: "absent" }} */
  readonly precondition?: Precondition;
  /** Time to set, in milliseconds since 1970. @default now */
  readonly mtimeMs?: number;
  /** Whether its owner may execute it. @default {false} */
  readonly executable?: boolean;
  /** Pack what crosses a network. @default {false} */
  readonly compress?: boolean;
}

/** A block the service already holds for an upload. */
export interface HeldBlock {
  /** Its number in the file. */
  readonly index: number;
  /** 32 bytes of SHA-256. */
  readonly digest: Uint8Array;
}

/** An upload under way; nothing of it is visible before {@linkcode Upload.commit}. */
export interface Upload extends AsyncDisposable {
  /** Resumes this upload on a later connection. */
  readonly token: string;
  /** Blocks that need not be sent: staged before, or equal in the file that is to be replaced. */
  have(options?: CallOptions): AsyncIterable<HeldBlock>;
  /**
   * Uses a block the service holds.
   *
   * @throws `conflict` (retryable) when it holds none with this digest at this place.
   */
  keep(block: HeldBlock, options?: CallOptions): Promise<void>;
  /**
   * Checks a block against its digest and stages it.
   *
   * @throws `integrity` (retryable) when it does not match.
   */
  write(block: Block, options?: CallOptions): Promise<void>;
  /**
   * Checks size and root, makes the file durable, then visible under its name.
   *
   * @throws `integrity` when size or root differ, `conflict` when the precondition does not hold
   *   or another connection took the upload over.
   */
  commit(total: { bytes: number; root: string }, options?: CallOptions): Promise<FileInfo>;
  /** Forgets the upload and frees its space. Disposing instead keeps it for a later resume. */
  abandon(): Promise<void>;
}

/** A small file, whole. */
export interface SmallFile {
  /** The path from the served root. */
  readonly path: string;
  /** All its content. */
  readonly bytes: Uint8Array;
  /** The SHA-256 of `bytes`, as lower-case hex: computed or checked by whoever made this. */
  readonly digest: string;
  /** Last change, in milliseconds since 1970. */
  readonly mtimeMs: number;
  /** Whether its owner may execute it. */
  readonly executable: boolean;
}

/** What became of one file of a batch. */
export type BatchResult<T> =
  | { readonly path: string; readonly value: T }
  | { readonly path: string; readonly error: Error };

/** A promise that others' writes to a path are refused until it ends. */
export interface Lease {
  /** What it covers, with all below. */
  readonly path: string;
  /** Whose it is. */
  readonly holder: string;
  /** Milliseconds since 1970. */
  readonly expiresAtMs: number;
}

/** A whole-file digest, for `sum` and the older dialects. */
export type SumAlgorithm = "sha256" | "md5";

/** The file service. */
export interface Files {
  /** What is known of a path. @throws `not_found`. */
  stat(path: string, options?: CallOptions): Promise<FileInfo>;
  /** What is in a folder, in name order; all below it when `recursive`. */
  list(
    dir: string,
    options?: CallOptions & { readonly recursive?: boolean },
  ): AsyncIterable<FileInfo>;
  /** The digests of a file's blocks, streamed. */
  manifest(path: string, options?: CallOptions): Promise<Manifest>;
  /**
   * Reads whole blocks.
   *
   * @param ranges Block numbers, ascending; `undefined` is the whole file.
   * @param options `revision`: fail with `conflict` when the file is another version by now;
   *   `compress`: pack what crosses a network.
   */
  read(
    path: string,
    ranges?: readonly BlockRange[],
    options?: CallOptions & { readonly revision?: string; readonly compress?: boolean },
  ): Promise<Reading>;
  /** Begins or resumes an upload. */
  stage(path: string, options?: StageOptions): Promise<Upload>;
  /**
   * Reads many small files; each comes whole or with its error, in any order.
   *
   * @param options `compress`: pack what crosses a network.
   */
  readMany(
    paths: readonly string[],
    options?: CallOptions & { readonly compress?: boolean },
  ): AsyncIterable<BatchResult<SmallFile>>;
  /**
   * Writes many small files, each atomic; one failure does not stop the others.
   *
   * @param options `compress`: pack what crosses a network.
   */
  writeMany(
    files: readonly SmallFile[],
    options?: CallOptions & { readonly precondition?: Precondition; readonly compress?: boolean },
  ): Promise<BatchResult<FileInfo>[]>;
  /** The digest of the whole content as lower-case hex, computed once for each version of a file. */
  sum(path: string, algorithm: SumAlgorithm, options?: CallOptions): Promise<string>;
  /** Renames; an existing target is a `conflict`. */
  move(from: string, to: string, options?: CallOptions): Promise<void>;
  /** Removes a file, or an empty folder, or with `recursive` all below it. */
  remove(path: string, options?: CallOptions & { readonly recursive?: boolean }): Promise<void>;
  /** Makes a folder and those above it; one that exists is no error. */
  mkdir(path: string, options?: CallOptions): Promise<void>;
  /** Takes or renews a lease. */
  lease(path: string, options: CallOptions & { readonly ttlMs: number }): Promise<Lease>;
  /** Ends a lease. @throws `not_allowed` when someone else holds it. */
  release(path: string, options?: CallOptions): Promise<void>;
}
