/**
 * Moving whole files over a connection. Every kind of connection has transfers of its own: in
 * blocks over the native protocol, as one stream over a legacy dialect.
 *
 * @module
 */

import type { FtError } from "../../base/errors.ts";
import type { LocalRoots, LocalVersion } from "./local_roots.ts";
import type { Facts } from "../../storage/fs_entry.ts";
import type { DigestList } from "../../blocks/manifest.ts";
import type { FolderDigest } from "../../native/folder_digests.ts";
import type { FileInfo, Files, ListOptions } from "../../service/files.ts";
import type { Lanes } from "./lanes.ts";
import type { OpenedReading } from "./opened_reading.ts";
import type { Progress } from "./progress.ts";
import type { NameFilter, TransferContext } from "./transfer_context.ts";
import type { FailedName, TransferResult } from "./transfer_events.ts";

/** A name on the server to be planned. */
export interface PlanRequest {
  /** The name on the server. */
  readonly name: string;
  /** Its details, if they are known. */
  readonly info?: FileInfo | undefined;
  /** The local folder to download to. */
  readonly dir: string;
  /** The local file to download to; absent takes the last name on the server. */
  readonly output?: string | undefined;
  /** Whether the name may be a folder. */
  readonly recursive: boolean;
  /** Whether the plan is only shown, so that it has to be complete. */
  readonly dryRun: boolean;
  /** The files to take. @default all */
  readonly filter?: NameFilter | undefined;
  /** Whether files that exist on both sides are compared by the roots that the server knows. */
  readonly roots?: boolean;
  /** Roots by which folders that are equal on both sides may be found. @default none are looked for */
  readonly known?: LocalRoots | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A file to download. */
export interface DownloadJob {
  /** The name on the server. */
  readonly name: string;
  /** The local path. */
  readonly target: string;
  /** Size in bytes, where the server reports it before the transfer. */
  readonly bytes: number | undefined;
  /** Its details, where the server lists them. */
  readonly info?: FileInfo | undefined;
  /** Its target as it was when it was planned. @default it was not looked at */
  readonly found?: Facts | null | undefined;
}

/** A file whose target has its content, time and permission bits. */
export interface EqualFile {
  /** The name on the server. */
  readonly name: string;
  /** The local path. */
  readonly target: string;
  readonly bytes: number;
  readonly root: string;
}

/** The files and folders of a name on the server. */
export interface GetPlan {
  readonly jobs: DownloadJob[];
  /** Files of folders that are equal on both sides. @default none */
  readonly equal?: readonly EqualFile[];
  /** Local folders to create. */
  readonly folders: string[];
  /** Permission bits of the folders, from the top, where the server sends them. */
  readonly folderBits?: ReadonlyMap<string, number | undefined>;
  /** Entries below the name that cannot be downloaded. @default none */
  readonly leftOut?: readonly FailedName[];
}

/** A file to upload. */
export interface UploadJob {
  /** The local path. */
  readonly source: string;
  /** The name on the server. */
  readonly name: string;
  /** Size in bytes. */
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly mtimeMs: number;
  readonly executable: boolean;
  /** Permission bits; absent where the system has none. */
  readonly mode?: number | undefined;
  /** The version that was looked at. @default it is not remembered */
  readonly version?: LocalVersion | undefined;
  /**
   * The file that had the name a moment ago, with other content; `null` if none had.
   *
   * @default it is looked for
   */
  readonly seen?: FileInfo | null | undefined;
}

/** The common part of every request. */
export interface TransferRequest {
  readonly context: TransferContext;
  readonly progress: Progress;
  /** The connections over which its blocks may move. @default the connection alone */
  readonly lanes?: Lanes | undefined;
}

/** The part of a download that may have begun. */
export interface BegunRequest {
  /** A reading of the whole file that nobody has taken. @default none */
  readonly opened?: OpenedReading | undefined;
}

/** A download to a local file. */
export type DownloadRequest = DownloadJob & TransferRequest & BegunRequest;

/** An upload from a local file. */
export type UploadRequest = UploadJob & TransferRequest;

/** The part of a download that a stream has taken; it outlives a connection. */
export interface WrittenContent {
  /** The file as it was when the first block came. */
  info: FileInfo | undefined;
  readonly digests: DigestList;
  /** Bytes written. */
  bytes: number;
}

/** A download into a stream. */
export interface SinkRequest extends TransferRequest, BegunRequest {
  /** The name on the server. */
  readonly name: string;
  readonly writer: WritableStreamDefaultWriter<Uint8Array>;
  /** Whether a chunk can be reused when its write has ended; otherwise the stream gets a copy. */
  readonly borrows?: boolean | undefined;
  readonly written: WrittenContent;
}

/** An upload from a stream of unknown length. */
export interface StreamRequest extends TransferRequest {
  /** The name on the server. */
  readonly name: string;
  /** Returns the content, once: it cannot be read again. */
  take(): ReadableStream<Uint8Array>;
}

/** The outcome of one file of a group. */
export type JobOutcome<J> =
  | { readonly job: J; readonly result: TransferResult }
  | { readonly job: J; readonly error: FtError };

/** Lists the digests of a folder and those below it, as `list` with `recursive`. */
export type ListDigests = (
  path: string,
  options?: Pick<ListOptions, "signal" | "onLeftOut">,
) => AsyncIterable<readonly FolderDigest[]>;

/** Small files that are sent together. A job without an outcome needs a transfer of its own. */
export interface GroupTransfers {
  /** Returns facts with roots; absent where the server is too old for that. */
  readonly statMany?: Files["statMany"];
  /** Lists the digests of folders; absent where the server is too old for that. */
  readonly digests?: ListDigests | undefined;
  /**
   * Downloads small files.
   *
   * @param replace Whether their targets exist and are replaced; otherwise they must not exist.
   */
  download<J extends DownloadJob>(
    jobs: readonly J[],
    context: TransferContext,
    replace: boolean,
  ): AsyncIterable<JobOutcome<J>>;
  /** Uploads small files. @param replace As for {@linkcode download}. */
  upload<J extends UploadJob>(
    jobs: readonly J[],
    context: TransferContext,
    replace: boolean,
  ): AsyncIterable<JobOutcome<J>>;
}

/** Moves whole files over a connection. */
export interface Transfers {
  /**
   * Plans a download.
   *
   * @throws `not_found`, `usage` for a folder without `recursive`, `protocol` when the server lists
   *   paths outside the folder, or its dialect lacks an ability that the plan needs.
   */
  plan(request: PlanRequest): Promise<GetPlan>;
  /**
   * Downloads a file.
   *
   * @throws `conflict` when the target has other content and may not be replaced, `integrity` when
   *   the content stays damaged, and the errors of server, network and disk.
   */
  download(request: DownloadRequest): Promise<TransferResult>;
  /**
   * Downloads a file into a stream, from where the last connection stopped if the dialect can.
   *
   * @throws `conflict` when the file changed after content was written, `integrity`.
   */
  downloadTo(request: SinkRequest): Promise<TransferResult>;
  /**
   * Uploads a file.
   *
   * @throws `conflict` when the target has other content and may not be replaced, `integrity` when
   *   a block stays damaged, and the errors of server, network and disk.
   */
  upload(request: UploadRequest): Promise<TransferResult>;
  /** Uploads a stream. @throws `conflict` when the target exists and may not be replaced. */
  uploadFrom(request: StreamRequest): Promise<TransferResult>;
  /** Moves small files in groups; absent where each needs a request of its own. */
  readonly groups?: GroupTransfers;
}
