/**
 * `ftclient mkdir`.
 *
 * @module
 */

import type { ClientContext } from "../client_context.ts";

/** Creates a folder and its parent folders. */
export async function runMkdir(context: ClientContext): Promise<number> {
  const { args, out, signal } = context;
  const name = args[0]!;
  await using remote = await context.connect();
  await remote.files.mkdir(name, { signal });
  out.report({ op: "mkdir", name }, `created ${name}`);
  return 0;
}
