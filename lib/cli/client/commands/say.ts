/**
 * `ftclient say`.
 *
 * @module
 */

import type { ClientContext } from "../client_context.ts";

/** Sends one message to the chat. */
export async function runSay({ args, values, connect, signal }: ClientContext): Promise<number> {
  await using remote = await connect();
  await remote.chat.say(args[0]!, { to: values.to, signal });
  return 0;
}
