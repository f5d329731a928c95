/**
 * Posting a small body over HTTP.
 *
 * @module
 */

import { type ErrorCode, FtError } from "../base/errors.ts";
import { asFtError } from "../base/os_errors.ts";

/** A request to post. */
export interface HttpPost {
  readonly url: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly body: string;
  /** Milliseconds until the answer must be there. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * Posts a body. A redirect is not followed, because the operator has named another receiver.
 *
 * @throws `network` (retryable) without an answer, `limit` (retryable) for 408, 429 and the answers
 *   from 500 on, `protocol` for any other answer that is not a success.
 */
export async function httpPost(post: HttpPost): Promise<void> {
  const { url, fields, body, timeoutMs, signal } = post;
  const { origin } = new URL(url);
  let status: number;
  try {
    const response = await fetch(url, {
      ...{ method: "POST", headers: fields, body, redirect: "manual" },
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    await response.body?.cancel();
    status = response.status;
  } catch (cause) {
    if (signal.aborted) throw asFtError(signal.reason);
    throw new FtError("network", `no answer from ${origin}`, { cause, retryable: true });
  }
  if (status >= 200 && status < 300) return;
  const busy = status === 408 || status === 429 || status >= 500;
  const code: ErrorCode = busy ? "limit" : "protocol";
  throw new FtError(code, `${origin} answered ${status}`, { retryable: busy });
}
