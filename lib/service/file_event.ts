/**
 * The results of calls that read, write or change files, as observers learn them.
 *
 * @module
 */

import type { ErrorCode } from "../base/errors.ts";
import type { StorePath } from "../storage/store_path.ts";

/** A kind of call. */
export type FileOperation =
  | "get"
  | "put"
  | "move"
  | "remove"
  | "mkdir"
  | "change"
  | "restore"
  | "forget"
  | "lock"
  | "unlock"
  | "list"
  | "stat"
  | "sum";

/** The facts of a call that do not depend on its result. */
export interface OperationFacts {
  /** The kind of call. */
  readonly op: FileOperation;
  /** Where a file or folder was moved to. */
  readonly to?: StorePath | undefined;
  /** Size of the file in bytes, if the call has moved its content. */
  readonly bytes?: number | undefined;
  /** The root of the content, if it is known. */
  readonly root?: string | undefined;
}

/** A call that succeeded. Those that only look at files are not reported. */
export interface DoneEvent extends OperationFacts {
  /** It succeeded. */
  readonly result: "done";
  /** The path. */
  readonly name: StorePath;
}

/** A call that failed. */
export interface FailedEvent extends OperationFacts {
  /** Why it failed. */
  readonly result: ErrorCode;
  /** The name as it was sent. */
  readonly name: string;
}

/** A call that has ended. */
export type FileEvent = DoneEvent | FailedEvent;

/** Learns of calls that have ended. It must neither wait nor throw. */
export type FileObserver = (event: FileEvent) => void;
