/**
 * `ftclient mv`.
 *
 * @module
 */

import { basename } from "@std/path/posix/basename";
import type { ClientContext } from "../client_context.ts";

/**
 * The new path of a moved file. The root, and a target that ends with a slash, are folders to move it
 * into.
 */
export function moveTarget(from: string, to: string): string {
  if (to === "." || to === "/") return basename(from);
  return to.endsWith("/") ? to + basename(from) : to;
}

/** Renames or moves a file or folder. */
export async function runMv(context: ClientContext): Promise<number> {
  const { args, out, signal } = context;
  const from = args[0]!;
  const to = moveTarget(from, args[1]!);
  await using remote = await context.connect();
  await remote.files.move(from, to, { signal });
  out.report({ op: "mv", name: from, to }, `moved ${from} -> ${to}`);
  return 0;
}
