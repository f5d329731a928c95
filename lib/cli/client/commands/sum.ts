/**
 * `ftclient sum`.
 *
 * @module
 */

import type { ClientContext } from "../client_context.ts";
import { eachName } from "../each_name.ts";

/**
 * A line that `sha256sum -c` accepts. As coreutils has it, a name with a backslash or a line's end
 * in it is escaped, and a backslash before the digest says so.
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

/** Prints SHA-256 sums. */
export async function runSum(context: ClientContext): Promise<number> {
  const { out, signal } = context;
  await using remote = await context.connect();
  return await eachName(context, async (name) => {
    const sha256 = await remote.files.sum(name, "sha256", { signal });
    if (out.json) out.object({ name, sha256 });
    else if (out.terminal) out.line(sumLine(sha256, name));
    else out.raw(`${sumLine(sha256, name)}\n`);
  });
}
