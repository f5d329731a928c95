/**
 * Paths in URLs.
 *
 * @module
 */

import { HttpError } from "../http/http_error.ts";

/** A path of the file service in a URL. */
export interface WebPath {
  /** The decoded path, unchecked: the file service makes a `StorePath` of it. `"."` is the root. */
  readonly path: string;
  /** Whether it ends with a slash, as that of a folder. */
  readonly folder: boolean;
}

/**
 * Decodes the part of a path that names a file.
 *
 * @param encoded Percent-encoded, without a slash at its beginning.
 * @throws {HttpError} 400 for invalid encoding, and for a name with a slash.
 *
 * @example
 * ```ts
 * import { decodePath } from "./web_path.ts";
 *
 * if (decodePath("a%20b/c/").path !== "a b/c") throw new Error();
 * ```
 */
export function decodePath(encoded: string): WebPath {
  const names = encoded.split("/");
  const folder = names.at(-1) === "";
  const decoded = names.filter((name) => name !== "").map(decodeName);
  return { path: decoded.join("/") || ".", folder };
}

function decodeName(encoded: string): string {
  let name: string;
  try {
    name = decodeURIComponent(encoded);
  } catch {
    throw new HttpError(400, `invalid encoding: ${encoded}`);
  }
  if (name.includes("/")) throw new HttpError(400, `a name with a slash: ${encoded}`);
  return name;
}

/**
 * Returns the path that a URL names.
 *
 * @param url A URL, or its path.
 * @param origin The origin of this site, as the client addresses it.
 * @param base The path in the URL of the root.
 * @returns `null` if it is elsewhere, or invalid.
 */
export function pathIn(url: string, origin: string, base: string): WebPath | null {
  const own = URL.parse(url, origin);
  const encoded = url.replace(/^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i, "").replace(/[?#].*$/s, "");
  if (own?.host !== URL.parse(origin)?.host || !encoded.startsWith(base)) return null;
  try {
    return decodePath(encoded.slice(base.length));
  } catch (error) {
    if (error instanceof HttpError) return null;
    throw error;
  }
}

/** Encodes a path for a URL; a colon in it begins no scheme. */
export function encodePath(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}
