/**
 * A folder to watch, and the reports about it.
 *
 * @module
 */

import type { FtError } from "../../../base/errors.ts";
import type { BatchOutcome, OnTransferEvent } from "../../remote/transfer_events.ts";
import type { PutRequest } from "../put/put_files.ts";

/** A folder to watch. */
export interface WatchRequest
  extends Omit<PutRequest, "sources" | "to" | "as" | "input" | "only" | "recursive" | "existing"> {
  /** The local folder. */
  readonly source: string;
  /** The folder on the server that becomes equal to it. */
  readonly target: string;
  /** Paths whose changes do not count, such as the client's own state. @default none */
  readonly ignored?: readonly string[];
}

/** Where a watch is. */
export type WatchState =
  /** Looks at the whole folder, or at some paths. */
  | { readonly kind: "sending"; readonly paths: number | undefined }
  /** Everything was sent; after a look at everything, `files` are in the folder. */
  | { readonly kind: "equal"; readonly files: number | undefined }
  /** Nothing can be sent for now; the next attempt follows. */
  | { readonly kind: "waiting"; readonly error: FtError; readonly waitMs: number }
  /** The system does not report changes, so that the folder is looked at again and again. */
  | { readonly kind: "polling"; readonly error: FtError };

/** Receives what a watch does. */
export interface WatchListener {
  readonly onEvent: OnTransferEvent;
  readonly onState: (state: WatchState) => void;
  /** The outcome of each attempt. */
  readonly onOutcome: (outcome: BatchOutcome) => void;
}

/** The upload of the whole folder, or of some paths in it. */
export function watchedUpload(
  { source, target, mirror, ...options }: WatchRequest,
  { only, names }: { readonly only?: readonly string[] | undefined; readonly names?: number } = {},
): PutRequest {
  return {
    ...{ ...options, sources: [source], to: ".", as: target, only },
    ...{ recursive: true, existing: "overwrite", mirror: { ...mirror, names } },
  };
}
