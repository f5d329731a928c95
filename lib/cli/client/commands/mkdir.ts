/**
 * `ftclient mkdir`.
 *
 * @module
 */

import type { ClientContext } from "../client_context.ts";

/** Makes a folder, and those above it. */
export async function runMkdir(context: ClientContext): Promise<number> {
  const { args, out, signal } = context;
  const name = args[0]!;
  await using remote = await context.connect();
  await remote.files.mkdir(name, { signal });
  if (out.json) out.object({ op: "mkdir", name });
  else out.notice(`made ${name}`);
  return 0;
}
