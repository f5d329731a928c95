/**
 * The `Depth` of a request (RFC 4918, 10.2).
 *
 * @module
 */

import { HttpError } from "../http/http_error.ts";

/** How far a request reaches: the resource, those directly below it, or all below it. */
export type Depth = "0" | "1" | "infinity";

/**
 * Reads the field.
 *
 * @returns `infinity` without it, for every method.
 * @throws {HttpError} 400 for another value than those allowed.
 */
export function depthOf(headers: Headers, allowed: readonly Depth[]): Depth {
  const value = (headers.get("depth") ?? "infinity").toLowerCase();
  const found = allowed.find((depth) => depth === value);
  if (found !== undefined) return found;
  throw new HttpError(400, `Depth is one of ${allowed.join(", ")} here, not ${value}`);
}
