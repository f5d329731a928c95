/**
 * Names on a server that also name the server: `fts://HOST[:PORT]/PATH[#PIN[.TOKEN]]`.
 *
 * @module
 */

import { FtError } from "../../base/errors.ts";
import { type Endpoint, parseEndpoint } from "./endpoint.ts";

/** A file or folder, and its server. */
export interface RemoteUrl {
  readonly endpoint: Endpoint;
  /** The decoded path below the served root; `"."` is the root. A slash at its end stays. */
  readonly path: string;
}

/** The server, the path, and the fragment. Only `%` and `#` have a meaning of their own in a path. */
const REMOTE_URL = /^((?:fts?|ft\+[^/:]*):\/\/[^/#]*)\/*([^#]*)(#.*)?$/s;

/** Whether a name has the form of a URL on a server; no name on a server has it. */
export function isRemoteUrl(name: string): boolean {
  return REMOTE_URL.test(name);
}

/**
 * Parses a URL on a server.
 *
 * @returns `null` for a name that is not such a URL.
 * @throws `usage` for an invalid host, fragment or percent-encoding.
 *
 * @example
 * ```ts
 * import { parseRemoteUrl } from "./remote_url.ts";
 *
 * if (parseRemoteUrl("fts://host/a%20b/c.txt")?.path !== "a b/c.txt") throw new Error();
 * ```
 */
export function parseRemoteUrl(name: string): RemoteUrl | null {
  const match = REMOTE_URL.exec(name);
  if (match === null) return null;
  const [, server, path, fragment = ""] = match;
  return { endpoint: parseEndpoint(server! + fragment), path: decoded(path!) || "." };
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch (cause) {
    const message = `invalid percent-encoding (a % in a name is %25): ${path}`;
    throw new FtError("usage", message, { cause, name: path });
  }
}
