/**
 * Errors of an object store, as ours. No text has credentials, signatures or URLs with a query.
 *
 * @module
 */

import { type ErrorCode, FtError, type FtErrorOptions } from "../base/errors.ts";
import { STORE_RETRY_AFTER_MS } from "../base/limits.ts";
import { parseAnswer } from "./xml.ts";

/** An answer that is not a success. */
export interface Refusal {
  readonly status: number;
  /** The code of S3, such as `NoSuchKey`; empty where the answer has none, as that to a HEAD. */
  readonly code: string;
  /** The text of the store for people. */
  readonly message: string;
}

/** Reads the refusal in an answer. */
export function refusalOf(status: number, body: string): Refusal {
  try {
    const { fields } = parseAnswer(body);
    return { status, code: fields.get("Code") ?? "", message: fields.get("Message") ?? "" };
  } catch {
    return { status, code: "", message: "" };
  }
}

/** Whether the same request may succeed soon: the store is busy, or restarting. */
export function isBusy({ status, code }: Refusal): boolean {
  return status === 429 || status === 500 || status === 502 || status === 503 ||
    status === 504 || code === "RequestTimeout" || code === "SlowDown";
}

type Meaning = readonly [code: ErrorCode, text: string, options?: FtErrorOptions];

const NO_ACCESS = "the store does not know the access key of this server";
const CHANGED: Meaning = ["conflict", "changed meanwhile", { retryable: true }];
const GONE: Meaning = ["not_found", "the store no longer has it"];
const FULL: Meaning = ["disk_full", "the store is full"];

/** By the code of S3. */
const MEANINGS: Readonly<Record<string, Meaning>> = {
  InvalidAccessKeyId: ["not_allowed", NO_ACCESS],
  SignatureDoesNotMatch: ["not_allowed", "the store refuses the secret key of this server"],
  AccessDenied: ["not_allowed", "the store does not allow this to the access key of this server"],
  RequestTimeTooSkewed: ["not_allowed", "the clocks of this server and of its store differ"],
  NoSuchBucket: ["not_found", "the store does not have the bucket"],
  NoSuchKey: GONE,
  QuotaExceeded: FULL,
  EntityTooLarge: ["limit", "the store takes no file of this size"],
  KeyTooLongError: ["limit", "the store takes no name of this length"],
  PreconditionFailed: CHANGED,
  ConditionalRequestConflict: CHANGED,
  NoSuchUpload: ["conflict", "the upload has ended, perhaps on another server"],
  InvalidPart: ["conflict", "the upload was continued on another server"],
};

/** By the status, where the code says no more. */
const BY_STATUS: Readonly<Record<number, Meaning>> = {
  301: ["usage", "the bucket is in another region, or at another endpoint"],
  401: ["not_allowed", NO_ACCESS],
  403: ["not_allowed", "the store does not allow this to the access key of this server"],
  404: GONE,
  409: CHANGED,
  412: CHANGED,
  507: FULL,
};

/**
 * The error for an answer.
 *
 * @param name The file, if the request is about one.
 */
export function errorOf(refusal: Refusal, name?: string): FtError {
  const { status, code, message } = refusal;
  const about = name === undefined ? "" : `: ${name}`;
  const meaning = MEANINGS[code] ?? BY_STATUS[status];
  const cause = new Error(`the store answered ${status} ${code} ${message}`.trim());
  if (meaning !== undefined) {
    const [ours, text, options] = meaning;
    return new FtError(ours, `${text}${about}`, { ...options, name, cause });
  }
  if (isBusy(refusal)) {
    const text = `the store is busy (${status}${code === "" ? "" : ` ${code}`})${about}`;
    return new FtError("limit", text, {
      ...{ retryable: true, retryAfterMs: STORE_RETRY_AFTER_MS, name, cause },
    });
  }
  const text = `the store answered ${status}${code === "" ? "" : ` ${code}`}${about}`;
  return new FtError("internal", text, { name, cause });
}

/** The error for a store that does not answer. @param cause It is not shown to clients. */
export function unreachable(cause: unknown, name?: string): FtError {
  return new FtError("network", "the store does not answer", {
    ...{ cause, name, retryable: true, retryAfterMs: STORE_RETRY_AFTER_MS },
  });
}

/** The error for content of an upload that is in parts that were sent. */
export function unreadable(name: string): FtError {
  const message = `the store cannot read back what it has of ${name}`;
  return new FtError("conflict", message, { name, retryable: true });
}
