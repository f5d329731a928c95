/**
 * Where the body of a request ends (RFC 9112, 6).
 *
 * @module
 */

import { badRequest, HttpError } from "./http_error.ts";

/** A header field, its name in lower case. */
export type Field = readonly [name: string, value: string];

/** How the end of a body is found. */
export type BodyFraming =
  | { readonly kind: "none" }
  | { readonly kind: "length"; readonly bytes: number }
  | { readonly kind: "chunked" };

/**
 * Finds the end of a body.
 *
 * @param old Whether the request is HTTP/1.0, which has no chunks.
 * @throws {HttpError} If two programs could find different ends: 400, or 501 for an unknown coding.
 */
export function bodyFraming(fields: readonly Field[], old: boolean): BodyFraming {
  const values = (wanted: string) =>
    fields.filter(([name]) => name === wanted).map(([, value]) => value);
  const codings = values("transfer-encoding");
  const lengths = values("content-length");
  if (codings.length > 0) {
    if (lengths.length > 0) throw badRequest("both Content-Length and Transfer-Encoding");
    if (old) throw badRequest("Transfer-Encoding in HTTP/1.0");
    if (codings.length > 1) throw badRequest("several Transfer-Encoding fields");
    if (codings[0]!.toLowerCase() === "chunked") return { kind: "chunked" };
    throw new HttpError(501, "the only transfer coding is chunked", { code: "protocol" });
  }
  const [length] = lengths;
  if (length === undefined) return { kind: "none" };
  if (lengths.length > 1) throw badRequest("several Content-Length fields");
  if (!/^\d{1,16}$/.test(length) || !Number.isSafeInteger(Number(length))) {
    throw badRequest("its Content-Length");
  }
  return { kind: "length", bytes: Number(length) };
}
