/**
 * The events of a running transfer, which are all a progress display needs.
 *
 * @module
 */

import type { FtError } from "../../base/errors.ts";
import type { RetryAttempt } from "../../base/retry.ts";

/** The direction of a transfer. */
export type TransferOp = "get" | "put";

/** An event of a transfer. `name` is the file's name on the server. */
export type TransferEvent =
  /** The number of files and bytes of the whole command; `bytes` is absent while unknown. */
  | { readonly kind: "plan"; readonly files: number; readonly bytes: number | undefined }
  /** A transfer starts; `bytes` is the size of the file, absent while unknown. */
  | {
    readonly kind: "start";
    readonly op: TransferOp;
    readonly name: string;
    readonly bytes: number | undefined;
  }
  /** `done` bytes of the file are in place; `moved` counts those that crossed the network. */
  | {
    readonly kind: "progress";
    readonly op: TransferOp;
    readonly name: string;
    readonly done: number;
    readonly moved: number;
  }
  | ({ readonly kind: "end" } & TransferResult)
  | {
    readonly kind: "failed";
    readonly op: TransferOp;
    readonly name: string;
    readonly error: FtError;
  }
  /** The connection was lost or refused; another attempt follows. */
  | ({ readonly kind: "retry" } & RetryAttempt)
  /**
   * A planned transfer of a dry run: `exists` says whether the target exists, `equal` whether it is
   * known to have the same content.
   */
  | {
    readonly kind: "planned";
    readonly op: TransferOp;
    readonly name: string;
    readonly path: string;
    readonly bytes: number;
    readonly exists: boolean;
    readonly equal: boolean;
  }
  /** Something that the target has and the source does not was removed. */
  | ({ readonly kind: "removed" } & RemovedName)
  /** Something that a dry run would remove. */
  | ({ readonly kind: "unwanted" } & RemovedName)
  /** A message for the user: a source that changed, a block that is fetched again. */
  | { readonly kind: "notice"; readonly text: string };

/** A completed transfer. The JSON result line has these fields. */
export interface TransferResult {
  /** The direction. */
  readonly op: TransferOp;
  /** The name on the server. */
  readonly name: string;
  /** The local path, `-` for a pipe. */
  readonly path: string;
  /** Bytes in the file. */
  readonly bytes: number;
  /** Content bytes that crossed the network. */
  readonly moved: number;
  /** 64 hex digits; empty if the dialect has none. */
  readonly root: string;
  /** Duration in seconds. */
  readonly seconds: number;
  /** How the content was verified; absent if it was not. */
  readonly verified?: "blocks" | "sha256" | "md5" | undefined;
}

/** Receives events as they happen. Must not throw. */
export type OnTransferEvent = (event: TransferEvent) => void;

/** A file that failed, and why. */
export interface FailedName {
  /** The name that failed, on the side it is read from. */
  readonly name: string;
  /** The reason. */
  readonly error: FtError;
  /** Whether it is an entry of a tree that was left out, whose other files are transferred. */
  readonly leftOut?: boolean;
}

/** A file or folder that a mirror removed from its target. */
export interface RemovedName {
  /** The direction of the transfer. */
  readonly op: TransferOp;
  /** The name on the server, which a local file has in the copy of the server's folder. */
  readonly name: string;
  /** The local path, if it was a local file or folder. */
  readonly path?: string | undefined;
  /** Where it is kept, if it was moved. */
  readonly kept?: string | undefined;
  /** The folder with everything that was moved from the same target. */
  readonly aside?: string | undefined;
}

/** The outcome of a command with several files. */
export interface BatchOutcome {
  /** Files that are in place. */
  readonly done: readonly TransferResult[];
  /** Files that failed. */
  readonly failed: readonly FailedName[];
  /** Names that a mirror removed. @default nothing */
  readonly removed?: readonly RemovedName[];
  /** Why a mirror removed nothing, although its target may have more than its source. @default none */
  readonly refused?: FtError | undefined;
}

/** Handling of a target that exists with other content. */
export type ExistingTarget = "refuse" | "overwrite" | "rename";
