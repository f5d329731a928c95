/**
 * `ftclient sum`.
 *
 * @module
 */

import type { ClientContext } from "../client_context.ts";
import { forEachName } from "../for_each_name.ts";

/**
 * Formats a line that `sha256sum -c` accepts. As in coreutils, backslashes and line ends in a name
 * are escaped, and a backslash before the digest marks such a line.
 *
 * @example
 * ```ts
 * import { sumLine } from "./sum.ts";
 *
 * if (sumLine("ab", "c\nd") !== "\\ab  c\\nd") throw new Error();
 * ```
 */
export function sumLine(hex: string, name: string): string {
  const escaped = name.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll("\r", "\\r");
  return `${escaped === name ? "" : "\\"}${hex}  ${escaped}`;
}

/** Prints the SHA-256 sums of files. */
export async function runSum(context: ClientContext): Promise<number> {
  const { out, signal } = context;
  await using remote = await context.connect();
  const { files } = remote;
  const action = async (name: string) => {
    const sha256 = await files.sum(name, "sha256", { signal });
    if (out.json) out.object({ name, sha256 });
    else if (out.terminal) out.line(sumLine(sha256, name));
    else out.raw(`${sumLine(sha256, name)}\n`);
  };
  return await forEachName(context, { files, take: "files", action });
}
