/**
 * Errors of SQLite. Some have no result code, only its text (`sqlite3_errstr`).
 *
 * @module
 */

import type { ErrorCode } from "./errors.ts";

/** A kind of error: its code, and its reason for users. */
export interface SqliteFault {
  readonly code: ErrorCode;
  readonly reason: string;
}

const FAULTS: readonly (readonly [RegExp, SqliteFault])[] = [
  [/disk is full/, { code: "disk_full", reason: "disk full" }],
  [/readonly database/, { code: "not_allowed", reason: "permission denied" }],
  [/unable to open database/, { code: "not_allowed", reason: "it cannot be opened" }],
  [/database (table )?is locked/, { code: "conflict", reason: "another program uses it" }],
  [/not a database|malformed/, { code: "internal", reason: "it is damaged, or no database" }],
  [/I\/O error/, { code: "internal", reason: "the disk reports an error" }],
];

/** Recognises an error of SQLite by its text. */
export function sqliteFault(error: unknown): SqliteFault | undefined {
  if (!(error instanceof Error) || (error as { code?: unknown }).code !== "ERR_SQLITE_ERROR") {
    return undefined;
  }
  return FAULTS.find(([text]) => text.test(error.message))?.[1];
}
