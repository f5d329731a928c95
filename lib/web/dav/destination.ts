/**
 * The `Destination` of a copy or move (RFC 4918, 10.3).
 *
 * @module
 */

import type { Exchange } from "../door/exchange.ts";
import type { Place } from "../files/place.ts";
import { decodePath } from "../files/web_path.ts";
import { HttpError } from "../http/http_error.ts";

/**
 * A URL with a host, or a path. Dots and encoded slashes in it are left to the rules for paths: they
 * are never resolved.
 */
const DESTINATION = /^(?:(https?:\/\/[^/?#@]+))?(\/[^?#]*)$/i;

/**
 * Reads the field.
 *
 * @returns The path in the same tree as that of the request, unchecked.
 * @throws {HttpError} 400 without a valid one, 502 for another host, 403 outside of the tree.
 */
export function destinationOf(
  { headers, origin }: Pick<Exchange, "headers" | "origin">,
  { base }: Pick<Place, "base">,
): string {
  const field = headers.get("destination");
  if (field === null) throw new HttpError(400, "the request needs a Destination");
  const [, host, path] = DESTINATION.exec(field) ?? [];
  if (path === undefined) throw new HttpError(400, `invalid Destination: ${field}`);
  // Behind a proxy that adds TLS, only the schemes differ.
  if (host !== undefined && URL.parse(host)?.host !== URL.parse(origin)?.host) {
    throw new HttpError(502, `the Destination is on another server: ${host}`, { code: "usage" });
  }
  if (!path.startsWith(base)) {
    throw new HttpError(403, `the Destination is not below ${base}`, { code: "usage" });
  }
  return decodePath(path.slice(base.length)).path;
}

/**
 * Whether what is at the destination is replaced (RFC 4918, 10.6).
 *
 * @throws {HttpError} 400 for an invalid field.
 */
export function overwrites(headers: Headers): boolean {
  const value = (headers.get("overwrite") ?? "T").toUpperCase();
  if (value === "T" || value === "F") return value === "T";
  throw new HttpError(400, `Overwrite is T or F, not ${value}`);
}
