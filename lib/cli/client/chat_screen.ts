/**
 * `ftclient chat` on a terminal: the line being typed is below the messages.
 *
 * @module
 */

import { hasCode } from "../../base/errors.ts";
import { asFtError } from "../../base/os_errors.ts";
import type { ChatSession } from "../../client/remote/chat_session.ts";
import { reportError } from "../terminal/error_report.ts";
import type { Input } from "../terminal/input.ts";
import { LineReader } from "../terminal/line_reader.ts";
import { printPresence } from "../terminal/presence_list.ts";
import type { ClientContext } from "./client_context.ts";

const LEAVE = /^\s*\/(quit|exit|sair)\s*$/;
const HELP = "/who lists the users, /to NAME TEXT sends a private message, /quit leaves";

/** Sends lines as they are typed, until the user leaves. @returns The exit code. */
export async function chatByKeys(
  context: ClientContext,
  chat: ChatSession,
  input: Input,
): Promise<number> {
  const { out, signal } = context;
  const name = await chat.joined();
  out.notice(HELP);
  using reader = new LineReader(input, out, { prompt: () => `${name}: ` });
  for await (const line of reader.lines(signal)) {
    if (LEAVE.test(line)) return 0;
    try {
      await send(context, chat, line);
    } catch (thrown) {
      signal.throwIfAborted();
      // A removed user cannot continue; after any other error the next line may succeed.
      if (hasCode(thrown, "not_allowed")) throw thrown;
      reportError("ftclient", asFtError(thrown), out);
    }
  }
  return 0;
}

async function send({ out }: ClientContext, chat: ChatSession, line: string): Promise<void> {
  const [, to, text] = /^\/to\s+(\S+)\s+(.+)$/.exec(line) ?? [];
  if (to !== undefined) await chat.say(text!, to);
  else if (line.trim() === "/who") printPresence(out, await chat.who(), true);
  else if (line.trim() === "/help") out.notice(HELP);
  else if (line.trim() !== "") await chat.say(line);
}
