/**
 * Forms of HTML as request bodies.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { HttpError } from "./http_error.ts";
import type { RequestBody } from "./request_body.ts";

/**
 * Reads a form.
 *
 * @throws {HttpError} 415 for a body of another type, 413 for one above `maxBytes`, and as
 *   {@linkcode RequestBody.bytes}.
 */
export async function readForm(
  { headers, body }: { readonly headers: Headers; readonly body: RequestBody },
  maxBytes: number,
): Promise<URLSearchParams> {
  const type = headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/x-www-form-urlencoded") {
    throw new HttpError(415, "the body is not a form");
  }
  return new URLSearchParams(Buffer.from(await body.bytes(maxBytes)).toString());
}
