/**
 * Whether an answer is about what was asked: the names in questions carry no digest.
 *
 * @module
 */

import { FtError } from "../../base/errors.ts";

/**
 * Looks at the name in an answer; `./a//b` is the same as `a/b`.
 *
 * @throws `integrity` when it is not the one that was asked about.
 */
export function requireAbout(asked: string, answered: string): void {
  if (normal(asked) === normal(answered)) return;
  throw new FtError("integrity", `asked about ${asked}, the server answered about ${answered}`, {
    name: asked,
  });
}

function normal(path: string): string {
  return path.split("/").filter((name) => name !== "" && name !== ".").join("/");
}
