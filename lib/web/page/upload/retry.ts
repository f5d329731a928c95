/**
 * Whether and when a request is sent again.
 *
 * @module
 */

import { ApiError } from "../api.ts";

/** Attempts without any progress after which the user has to say that it goes on. */
export const MAX_ATTEMPTS = 20;

const [FIRST_DELAY_MS, MAX_DELAY_MS] = [500, 30_000];

/** A request that failed, and may be sent again later. */
export class UploadError extends ApiError {
  /** @param retryAfterMs Milliseconds after which the server wants it again. @default unknown */
  constructor(status: number, code: string, message: string, readonly retryAfterMs?: number) {
    super(status, code, message);
  }
}

/** Whether the same request can succeed later. */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof ApiError)) return false;
  if (error.status === 0) return error.code === "network";
  return [408, 409, 425, 429, 460, 500, 502, 503, 504].includes(error.status);
}

/**
 * Milliseconds to wait before an attempt.
 *
 * @param failures The number of attempts that failed since the last progress, from 1 on.
 * @param random From 0 to 1, so that clients of a restarted server do not come back all at once.
 */
export function delayMs(failures: number, error: unknown, random: number): number {
  const asked = error instanceof UploadError ? error.retryAfterMs ?? 0 : 0;
  const backoff = Math.min(FIRST_DELAY_MS * 2 ** (failures - 1), MAX_DELAY_MS);
  return Math.min(Math.max(asked, backoff * (0.5 + random / 2)), MAX_DELAY_MS);
}
