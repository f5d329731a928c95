/**
 * Reports calls on files that are refused.
 *
 * @module
 */

import type { FtError } from "../base/errors.ts";
import type { LogLevel } from "../base/log.ts";
import { isOutOfDescriptors } from "../base/os_errors.ts";
import type { FileOperation } from "./file_event.ts";
import type { TransferAudience } from "./transfer_track.ts";

/** A call that is refused. */
export interface Refusal {
  readonly op: FileOperation;
  /** The name as it was sent. */
  readonly name: string;
  readonly error: FtError;
}

/** Logs and counts a refusal, and reports it to the observer. */
export function reportRefusal({ op, name, error }: Refusal, audience: TransferAudience): void {
  const { code } = error;
  const { log, counts, observe } = audience;
  counts.refused(code);
  const level = isOutOfDescriptors(error) ? "warning" : refusalLevel(code);
  log[level]("request.refused", { op, name, code, message: lineOf([error, ...error.parts]) });
  observe?.({ op, name, result: code });
}

/** Returns the messages of errors in one line. */
export function lineOf(errors: readonly Error[]): string {
  return errors.map(({ message }) => message).join("; ");
}

/** Missing files are routine; refused access and damage deserve attention. */
function refusalLevel(code: string): LogLevel {
  if (code === "internal") return "error";
  if (code === "not_allowed" || code === "disk_full" || code === "integrity") return "warning";
  return code === "not_found" || code === "interrupted" ? "debug" : "info";
}
