/**
 * Errors with a status of HTTP, which no code of our own expresses.
 *
 * @module
 */

import { type ErrorCode, FtError, type FtErrorOptions } from "../../base/errors.ts";

/** Options of {@linkcode HttpError}. */
export interface HttpErrorOptions extends FtErrorOptions {
  /** Further header fields of the answer. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Our code. @default the one that belongs to the status */
  readonly code?: ErrorCode;
}

const CODES: Readonly<Record<number, ErrorCode>> = {
  401: "not_allowed",
  403: "not_allowed",
  404: "not_found",
  408: "network",
  409: "conflict",
  412: "conflict",
  413: "limit",
  414: "limit",
  421: "not_allowed",
  423: "conflict",
  429: "limit",
  431: "limit",
  503: "limit",
};

/** A request that is answered with a certain status. */
export class HttpError extends FtError {
  readonly headers: Readonly<Record<string, string>>;

  /**
   * Creates an error.
   *
   * @param status The status of the answer, from 400.
   * @param message One line for the user, without a full stop.
   */
  constructor(public readonly status: number, message: string, options: HttpErrorOptions = {}) {
    super(options.code ?? CODES[status] ?? "usage", message, options);
    this.headers = options.headers ?? {};
  }
}

/** Creates the error for bytes that are not HTTP; the connection cannot be used any longer. */
export function badRequest(message: string): HttpError {
  return new HttpError(400, `invalid request: ${message}`, { code: "protocol" });
}
