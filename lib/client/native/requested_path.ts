/**
 * Checks that an answer belongs to its request, because the names in requests have no digest.
 *
 * @module
 */

import { FtError } from "../../base/errors.ts";

/**
 * Checks the path in an answer; `./a//b` equals `a/b`.
 *
 * @throws `integrity` when it is not the requested one.
 */
export function requirePath(requested: string, answered: string): void {
  if (normal(requested) === normal(answered)) return;
  const message = `requested ${requested}, but the server answered for ${answered}`;
  throw new FtError("integrity", message, { name: requested });
}

function normal(path: string): string {
  return path.split("/").filter((name) => name !== "" && name !== ".").join("/");
}
