/**
 * `ftclient who`.
 *
 * @module
 */

import type { ClientContext } from "../client_context.ts";
import { printPresence } from "../../terminal/presence_list.ts";

/** Lists the users in the chat. */
export async function runWho({ out, values, connect, signal }: ClientContext): Promise<number> {
  await using remote = await connect();
  printPresence(out, await remote.chat.who({ signal }), values.long || out.terminal);
  return 0;
}
