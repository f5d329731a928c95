/**
 * The interface between dialects and stores: a file service on the server, and the same over a
 * connection on the client. Code above it does not know about disks, code below it does not know
 * about sockets.
 *
 * Every method throws an `FtError`. A missing file is an error here (`not_found`), because the
 * caller asked for it by name.
 *
 * @module
 */

import type {
  CallOptions,
  CompressOptions,
  FreshOptions,
  ListOptions,
  MoveOptions,
  PartOptions,
  ReadOptions,
  RemoveOptions,
} from "./files/call_options.ts";
import type { FileInfo } from "./files/info.ts";
import type { VersionOptions } from "./files/file_versions.ts";
import type { HeldBlock, NewBlock, StagedContent } from "./files/staged_content.ts";

export type * from "./files/call_options.ts";
export type * from "./files/file_versions.ts";
export type * from "./files/info.ts";
export type * from "./files/staged_content.ts";

/** A range of block numbers, `[start, end)`. */
export interface BlockRange {
  /** The first block. */
  readonly start: number;
  /** One past the last block. */
  readonly end: number;
}

/** A block of content in transit. Disposing it returns its buffer and its share of the window. */
export interface Block extends Disposable {
  /** Its number in the file, starting at 0. */
  readonly index: number;
  /** Its content. Code that transfers the buffer to a worker stores the returned view here. */
  bytes: Uint8Array<ArrayBuffer>;
  /** The SHA-256 that the sender claims, 32 bytes. */
  readonly digest: Uint8Array;
  /** Wire bytes of the content, where compression may make that less than the content. */
  readonly wireBytes?: number;
}

/** The digests of the blocks of a file. Disposing it stops the stream. */
export interface Manifest extends AsyncDisposable {
  /** The file. */
  readonly info: FileInfo;
  /** Concatenated digests of 32 bytes, starting at block 0; each item has whole digests. */
  readonly digests: AsyncIterable<Uint8Array<ArrayBuffer>>;
}

/** A file being read. Disposing it stops the stream. */
export interface Reading extends AsyncDisposable {
  /** The file as it was when it was opened. */
  readonly info: FileInfo;
  /**
   * The requested blocks, in order. Throws `conflict` (retryable) if the file changes while it is
   * read, and `integrity` if stored content that is verified is damaged.
   */
  readonly blocks: AsyncIterable<Block>;
}

/** A condition that the target must meet when an upload is committed. */
export type Precondition =
  /** The target may exist or not. */
  | { readonly kind: "any" }
  /** The target does not exist. */
  | { readonly kind: "absent" }
  /** The target exists and has this content. */
  | { readonly kind: "root"; readonly root: string };

/** Properties of a file that are known before its content is sent. */
export interface StageOptions extends CallOptions {
  /** Size in bytes; absent if it is not known before the end. */
  readonly bytes?: number;
  /**
   * Identifies the upload across connections; a later call with the same token takes it over. An
   * upload without a token is ephemeral.
   */
  readonly token?: string;
  /** The condition that the target must meet at the commit. @default {{ kind: "absent" }} */
  readonly precondition?: Precondition;
  /** Modification time to set, in milliseconds since 1970. @default now */
  readonly mtimeMs?: number;
  /** Whether its owner can execute it. @default {false} */
  readonly executable?: boolean | undefined;
  /**
   * Permission bits of a new file, less the mask of the service; a replaced one keeps its own.
   *
   * @default read and write for everybody, and execute if `executable`
   */
  readonly mode?: number | undefined;
  /** Whether content is compressed on the network. @default {false} */
  readonly compress?: boolean;
  /** Whether the SHA-256 of the staged content is needed; not for other machines. @default {false} */
  readonly summed?: boolean;
  /**
   * Whether the caller has just seen that nothing has the name, so that it need not be looked up again;
   * not for other machines. The commit looks in any case. @default {false}
   */
  readonly absent?: boolean;
}

/** A running upload. Nothing of it is visible before {@linkcode Upload.commit}. */
export interface Upload extends AsyncDisposable {
  /** Resumes this upload on another connection. */
  readonly token: string;
  /** The staged content. @default the service is on another machine */
  readonly staged?: StagedContent | undefined;
  /** Blocks that need not be sent: staged earlier, or present in the file to be replaced. */
  have(options?: CallOptions): AsyncIterable<HeldBlock>;
  /**
   * Uses a block that the service already has.
   *
   * @throws `conflict` (retryable) if it has no block with this number and digest.
   */
  keep(block: HeldBlock, options?: CallOptions): Promise<void>;
  /** Resolves when a further block would be sent at once. @throws The reason the upload ended. */
  ready?(options?: CallOptions): Promise<void>;
  /**
   * Verifies a block against its digest and stages it.
   *
   * @returns The bytes that were sent: fewer than the block has if it was compressed.
   * @throws `integrity` (retryable) if it does not match.
   */
  write(block: Block, options?: CallOptions): Promise<number>;
  /**
   * Stages a block whose sender has no digest for it.
   *
   * @param block Its buffer may be transferred to a worker and back: the new view is stored in it.
   * @returns Its digest.
   */
  add(block: NewBlock, options?: CallOptions): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * Verifies size and root, makes the content durable, then makes it visible under its name.
   *
   * @throws `integrity` if size or root differ, `conflict` if the precondition does not hold or
   *   another connection has taken the upload over.
   */
  commit(total: { bytes: number; root: string }, options?: CallOptions): Promise<FileInfo>;
  /** Discards the upload. Disposing it instead keeps the staged blocks, so it can be resumed. */
  abandon(): Promise<void>;
}

/** A small file with its content. */
export interface SmallFile {
  /** The path relative to the served root. */
  readonly path: string;
  /** The whole content. */
  readonly bytes: Uint8Array;
  /** The SHA-256 of `bytes` in lower-case hex; the creator has computed or verified it. */
  readonly digest: string;
  /** Time of the last change, in milliseconds since 1970. */
  readonly mtimeMs: number;
  /** Whether its owner can execute it. */
  readonly executable: boolean;
  /** Permission bits of owner, group and others; absent where the system has none. */
  readonly mode?: number | undefined;
}

/** Properties to set on a file that has the content of its source already. */
export interface FactOptions extends CallOptions {
  /** The root of the content that is meant. */
  readonly root: string;
  /** Modification time, in milliseconds since 1970. @default unchanged */
  readonly mtimeMs?: number | undefined;
  /** Whether its owner can execute it, if there is no `mode`. @default {false} */
  readonly executable?: boolean | undefined;
  /** Permission bits, less the mask of the service. They give nobody but the owner new access. */
  readonly mode?: number | undefined;
}

/** The result for one file of a batch. */
export type BatchResult<T> =
  | { readonly path: string; readonly value: T }
  | { readonly path: string; readonly error: Error };

/** While a lease lasts, only its holder can write to the path. */
export interface Lease {
  /** The path it covers, with everything below. */
  readonly path: string;
  /** The name of the holder. */
  readonly holder: string;
  /** When it ends, in milliseconds since 1970. */
  readonly expiresAtMs: number;
}

/** A digest of a whole file, used by `sum` and the legacy dialects. */
export type SumAlgorithm = "sha256" | "md5";

/** The file service. */
export interface Files {
  /** Returns the facts about a path. @param options `rev`: about a version. @throws `not_found`. */
  stat(path: string, options?: VersionOptions): Promise<FileInfo>;
  /** Returns the facts about many files, with roots. Those that are not known are computed. */
  statMany(paths: readonly string[], options?: FreshOptions): AsyncIterable<BatchResult<FileInfo>>;
  /** Lists a folder in name order, with everything below it if `recursive`. */
  list(dir: string, options?: ListOptions): AsyncIterable<FileInfo>;
  /** Streams the digests of the blocks of a file. @param options See {@linkcode Files.read}. */
  manifest(path: string, options?: PartOptions & FreshOptions & VersionOptions): Promise<Manifest>;
  /**
   * Reads whole blocks.
   *
   * @param ranges Block numbers, ascending. @default the whole file
   * @param options With `revision`, a file of another version is a `conflict`. With `bytes`, the
   *   file is read as if it ended there at the latest, and may grow meanwhile.
   */
  read(path: string, ranges?: readonly BlockRange[], options?: ReadOptions): Promise<Reading>;
  /** Starts or resumes an upload. */
  stage(path: string, options?: StageOptions): Promise<Upload>;
  /** Reads many small files. Each result is a whole file or an error; the order is not defined. */
  readMany(paths: readonly string[], options?: CompressOptions): AsyncIterable<
    BatchResult<SmallFile>
  >;
  /** Writes many small files, each atomically; one failure does not stop the others. */
  writeMany(
    files: readonly SmallFile[],
    options?: CompressOptions & { readonly precondition?: Precondition },
  ): Promise<BatchResult<FileInfo>[]>;
  /** Returns the digest of the whole content in lower-case hex, computed once per version. */
  sum(path: string, algorithm: SumAlgorithm, options?: CallOptions): Promise<string>;
  /** Renames a file or folder. An existing target is a `conflict`, unless it is to be replaced. */
  move(from: string, to: string, options?: MoveOptions): Promise<void>;
  /**
   * Removes a file or an empty folder, or, if `recursive`, a folder with everything below it.
   *
   * @throws `partial` if some of what is below stays; its parts name each entry.
   */
  remove(path: string, options?: RemoveOptions): Promise<void>;
  /**
   * Creates a folder and its parent folders. One that exists is not an error, and is not changed.
   *
   * @param options `mode`: its permission bits, less the mask of the service.
   */
  mkdir(
    path: string,
    options?: CallOptions & { readonly mode?: number | undefined },
  ): Promise<void>;
  /**
   * Sets time and permission bits of a file that has the given content.
   *
   * @throws `conflict` if it has other content, `not_allowed` without permission to read and to
   *   replace it, `protocol` if the peer does not offer this.
   */
  setFacts(path: string, options: FactOptions): Promise<FileInfo>;
  /** Acquires or renews a lease. It needs permission to write the path and everything below. */
  lease(path: string, options: CallOptions & { readonly ttlMs: number }): Promise<Lease>;
  /**
   * Releases a lease.
   *
   * @param options `force`: an admin releases any lease.
   * @throws `not_allowed` if another user holds it.
   */
  release(path: string, options?: CallOptions & { readonly force?: boolean }): Promise<void>;
}
