/**
 * Errors are values: one class, one closed set of codes, each with the exit code the programs
 * end with. Callers decide by code, never by text.
 *
 * @module
 */

/** Every error code, with the exit code of a program that ends with it. */
export const EXIT_CODES = {
  internal: 1,
  usage: 2,
  not_found: 3,
  not_allowed: 4,
  network: 5,
  integrity: 6,
  conflict: 7,
  limit: 8,
  disk_full: 9,
  tls: 10,
  protocol: 11,
  partial: 23,
  interrupted: 130,
  terminated: 143,
} as const;

/** What went wrong, as a stable word: the key of {@linkcode EXIT_CODES}. */
export type ErrorCode = keyof typeof EXIT_CODES;

/** Options of {@linkcode FtError}. */
export interface FtErrorOptions extends ErrorOptions {
  /**
   * Whether the same request may succeed when it is tried again.
   *
   * @default {code === "network"}
   */
  retryable?: boolean;
  /** Milliseconds to wait before a retry, when the other side said so. */
  retryAfterMs?: number;
  /** The file, user or flag the error is about. */
  name?: string;
}

/** An error with a code. */
export class FtError extends Error {
  /** What went wrong. */
  readonly code: ErrorCode;
  /** Whether a retry can help. */
  readonly retryable: boolean;
  /** Milliseconds to wait before a retry; absent when nobody said. */
  readonly retryAfterMs: number | undefined;
  /** The file, user or flag it is about. */
  readonly subject: string | undefined;

  /**
   * An error with a code.
   *
   * @param code What went wrong.
   * @param message One line for people, no full stop.
   * @param options Cause, subject and whether a retry helps.
   *
   * @example
   * ```ts
   * import { FtError } from "./errors.ts";
   *
   * const error = new FtError("not_found", "not found: a.txt", { name: "a.txt" });
   * if (error.exitCode !== 3) throw error;
   * ```
   */
  constructor(code: ErrorCode, message: string, options: FtErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "FtError";
    this.code = code;
    this.retryable = options.retryable ?? code === "network";
    this.retryAfterMs = options.retryAfterMs;
    this.subject = options.name;
  }

  /** The exit code of a program that ends with this error. */
  get exitCode(): number {
    return EXIT_CODES[this.code];
  }
}

/** Whether `value` names an error code. */
export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === "string" && Object.hasOwn(EXIT_CODES, value);
}

/** Whether `error` is an {@linkcode FtError} with this code. */
export function hasCode(error: unknown, code: ErrorCode): error is FtError {
  return error instanceof FtError && error.code === code;
}

/** The refusal for something that is not there. */
export function notFound(name: string, cause?: unknown): FtError {
  return new FtError("not_found", `not found: ${name}`, { name, cause });
}

/** The error for bytes that are not the protocol; never retried. */
export function protocolError(message: string, cause?: unknown): FtError {
  return new FtError("protocol", message, { cause });
}

/** The same error, but one that is not worth a retry. Anything else is returned as it is. */
export function notRetryable(error: unknown): unknown {
  if (!(error instanceof FtError) || !error.retryable) return error;
  return new FtError(error.code, error.message, {
    cause: error,
    retryable: false,
    name: error.subject,
  });
}
