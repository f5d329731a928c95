/**
 * `ftclient say`.
 *
 * @module
 */

import type { ClientContext } from "../client_context.ts";

/** Says one thing. */
export async function runSay({ args, values, connect, signal }: ClientContext): Promise<number> {
  await using remote = await connect();
  await remote.chat.say(args[0]!, { to: values.to, signal });
  return 0;
}
