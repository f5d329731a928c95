/**
 * One error class with a closed set of codes. Each code has the exit code of a program that fails
 * with it. Callers decide by code, never by message.
 *
 * @module
 */

/** Every error code, with the exit code of a program that fails with it. */
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
  hung_up: 129,
  interrupted: 130,
  terminated: 143,
} as const;

/** A stable name for the kind of error: a key of {@linkcode EXIT_CODES}. */
export type ErrorCode = keyof typeof EXIT_CODES;

/** The codes of errors that come from a signal to the program. */
const INTERRUPTIONS = ["hung_up", "interrupted", "terminated"] as const;

/** A finer distinction within a code, for protocols that make one. */
export type ErrorKind =
  /** The user has no permission, but another user may have it (`not_allowed`). */
  | "permission"
  /** A lock of another user (`conflict`). */
  | "locked"
  /** A quota is used up (`limit`). */
  | "quota";

/** Options of {@linkcode FtError}. */
export interface FtErrorOptions extends ErrorOptions {
  /**
   * Whether the same request may succeed when it is retried.
   *
   * @default {code === "network"}
   */
  retryable?: boolean;
  /** Milliseconds to wait before a retry, if the peer requested a wait. */
  retryAfterMs?: number;
  /** The file, user or flag the error is about. */
  name?: string;
  /** The errors of single entries, each with its name. */
  parts?: readonly FtError[];
  /** A finer distinction than the code. @default none */
  kind?: ErrorKind | undefined;
}

/** The error of the whole project. */
export class FtError extends Error {
  /** The kind of error. */
  readonly code: ErrorCode;
  /** Whether a retry may succeed. */
  readonly retryable: boolean;
  /** Milliseconds to wait before a retry, if the peer requested a wait. */
  readonly retryAfterMs: number | undefined;
  /** The file, user or flag the error is about. */
  readonly subject: string | undefined;
  /** The errors of single entries, if some of several failed (`partial`). */
  readonly parts: readonly FtError[];
  /** A finer distinction than the code, if there is one. */
  readonly kind: ErrorKind | undefined;

  /**
   * Creates an error.
   *
   * @param code The kind of error.
   * @param message One line for the user, without a full stop.
   * @param options Cause, subject, and whether a retry may succeed.
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
    this.parts = options.parts ?? [];
    this.kind = options.kind;
  }

  /** The exit code of a program that fails with this error. */
  get exitCode(): number {
    return EXIT_CODES[this.code];
  }
}

/** Whether `value` is an error code. */
export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === "string" && Object.hasOwn(EXIT_CODES, value);
}

/** Whether `error` is an {@linkcode FtError} with this code. */
export function hasCode(error: unknown, code: ErrorCode): error is FtError {
  return error instanceof FtError && error.code === code;
}

/** Creates the error for a file or folder that does not exist. */
export function notFound(name: string, cause?: unknown): FtError {
  return new FtError("not_found", `not found: ${name}`, { name, cause });
}

/** Creates the error for bytes that violate the protocol; it is never retried. */
export function protocolError(message: string, cause?: unknown): FtError {
  return new FtError("protocol", message, { cause });
}

/** Returns the error as one that is not retried, and any other value unchanged. */
export function notRetryable(error: unknown): unknown {
  if (!(error instanceof FtError) || !error.retryable) return error;
  return new FtError(error.code, error.message, {
    cause: error,
    retryable: false,
    name: error.subject,
  });
}

/** An error that says that a signal ends the program. */
export type Interruption = FtError & { readonly code: typeof INTERRUPTIONS[number] };

/** Whether an error says that a signal ends the program. */
export function isInterruption(error: unknown): error is Interruption {
  return error instanceof FtError && INTERRUPTIONS.some((code) => code === error.code);
}
