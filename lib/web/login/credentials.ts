/**
 * Credentials in the header of a request.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import type { Credentials } from "../../dialects/dialect.ts";
import { decodeUtf8 } from "../../wire/byte_reader.ts";
import { HttpError } from "../http/http_error.ts";

/** The challenge of a `401`. */
export const CHALLENGE = 'Basic realm="ftserver", charset="UTF-8", Bearer realm="ftserver"';

/**
 * Returns the credentials in an `Authorization` field: `Basic` (RFC 7617) or `Bearer` (RFC 6750).
 *
 * @returns `undefined` without one.
 * @throws {HttpError} 400 for a field that cannot be understood.
 */
export function credentialsIn(authorization: string | null): Credentials | undefined {
  if (authorization === null) return undefined;
  const [, scheme = "", value = ""] = /^(\w+) +(\S+)$/.exec(authorization) ?? [];
  if (scheme.toLowerCase() === "bearer") return { kind: "token", token: value };
  if (scheme.toLowerCase() !== "basic") throw invalid();
  const text = decode(value);
  const colon = text.indexOf(":");
  if (colon === -1) throw invalid();
  return { kind: "password", user: text.slice(0, colon), password: text.slice(colon + 1) };
}

function decode(value: string): string {
  if (!/^[\w+/-]+=*$/.test(value)) throw invalid();
  try {
    return decodeUtf8(new Uint8Array(Buffer.from(value, "base64")));
  } catch {
    throw invalid();
  }
}

function invalid(): HttpError {
  return new HttpError(400, "the Authorization field is neither Basic nor Bearer");
}
