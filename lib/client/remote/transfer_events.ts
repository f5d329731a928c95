/**
 * What a transfer tells while it runs; the one thing a progress display needs to know.
 *
 * @module
 */

import type { FtError } from "../../base/errors.ts";
import type { RetryAttempt } from "../../base/retry.ts";

/** Which way content goes. */
export type TransferOp = "get" | "put";

/** Something that happened to a transfer. `name` is the file's name as the user gave or will see it. */
export type TransferEvent =
  /** The plan is known: how many files and bytes are to be done in all. */
  | { readonly kind: "plan"; readonly files: number; readonly bytes: number | undefined }
  /** `bytes` is the whole size, absent while unknown. */
  | {
    readonly kind: "start";
    readonly op: TransferOp;
    readonly name: string;
    readonly bytes: number | undefined;
  }
  /** `done` of the file's bytes are in place; `moved` of them crossed the network. */
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
  /** What would be done, in a dry run; `exists` tells whether the target is there already. */
  | {
    readonly kind: "planned";
    readonly op: TransferOp;
    readonly name: string;
    readonly path: string;
    readonly bytes: number;
    readonly exists: boolean;
  }
  /** Something worth a line: a source that changed, a block fetched again. */
  | { readonly kind: "notice"; readonly text: string };

/** A transfer that is done. The machine-readable result line is made of these fields. */
export interface TransferResult {
  /** Which way it went. */
  readonly op: TransferOp;
  /** The name on the server. */
  readonly name: string;
  /** The local path, `-` for a pipe. */
  readonly path: string;
  /** Bytes in the file. */
  readonly bytes: number;
  /** Content bytes that crossed the network. */
  readonly moved: number;
  /** 64 hex digits; empty where a dialect carries none. */
  readonly root: string;
  /** From start to end. */
  readonly seconds: number;
  /** What vouches for the content; absent when nothing does. */
  readonly verified?: "blocks" | "sha256" | "md5";
}

/** Takes events as they happen. Must not throw. */
export type OnTransferEvent = (event: TransferEvent) => void;

/** What became of a batch. */
export interface BatchOutcome {
  /** Files in place. */
  readonly done: readonly TransferResult[];
  /** Files that are not, and why. */
  readonly failed: readonly { readonly name: string; readonly error: FtError }[];
}

/** What to do when the target exists with other content. */
export type ExistingTarget = "refuse" | "overwrite" | "rename";
