/**
 * Errors as answers: problem details (RFC 9457) with our codes.
 *
 * @module
 */

import type { ErrorCode, FtError } from "../../base/errors.ts";
import { WEB_RETRY_MS } from "../../base/limits.ts";
import { escapeControls } from "../../base/text.ts";
import { HttpError } from "./http_error.ts";
import { REASONS } from "./reasons.ts";

const STATUSES: Readonly<Record<ErrorCode, number>> = {
  internal: 500,
  usage: 400,
  not_found: 404,
  not_allowed: 403,
  network: 502,
  integrity: 422,
  conflict: 409,
  limit: 413,
  disk_full: 507,
  tls: 403,
  protocol: 400,
  partial: 409,
  hung_up: 503,
  interrupted: 503,
  terminated: 503,
};

/** Returns the status of the answer for an error. */
export function statusOf(error: FtError): number {
  if (error instanceof HttpError) return error.status;
  if (error.kind === "locked") return 423;
  if (error.kind === "quota") return 507;
  if (error.code === "limit") {
    // A wait helps against the one, and not against the other.
    if (error.retryAfterMs !== undefined) return 429;
    return error.retryable ? 503 : 413;
  }
  // Such as a file that keeps changing, or a served folder that is not mounted.
  if (error.retryable && (error.code === "conflict" || error.code === "not_found")) return 503;
  return STATUSES[error.code];
}

/** Returns the answer for an error. */
export function problem(error: FtError): Response {
  const status = statusOf(error);
  const { code, subject: name, parts } = error;
  const detail = code === "internal" ? "internal error" : escapeControls(error.message);
  const body = {
    ...{ type: "about:blank", title: REASONS[status], status, detail, code, name },
    parts: parts.length === 0
      ? undefined
      : parts.map(({ code, message, subject }) => ({ code, detail: message, name: subject })),
  };
  const headers = new Headers(error instanceof HttpError ? error.headers : {});
  headers.set("content-type", "application/problem+json");
  headers.set("cache-control", "no-store");
  if (status === 429 || status === 503) {
    const seconds = Math.ceil((error.retryAfterMs ?? WEB_RETRY_MS) / 1000);
    headers.set("retry-after", String(seconds));
  }
  return sized(`${JSON.stringify(body)}\n`, { status, headers });
}

/** A response with a text of known size. */
export function sized(text: string, init: { status?: number; headers?: HeadersInit }): Response {
  const bytes = new TextEncoder().encode(text);
  const headers = new Headers(init.headers);
  headers.set("content-length", String(bytes.length));
  return new Response(bytes, { ...init, headers });
}
