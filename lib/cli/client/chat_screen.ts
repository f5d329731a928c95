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
import { CHAT_HELP, parseChatLine, runChatLine } from "./chat_line.ts";
import type { ClientContext } from "./client_context.ts";

/** Sends lines as they are typed, until the user leaves. @returns The exit code. */
export async function chatByKeys(
  context: ClientContext,
  chat: ChatSession,
  input: Input,
): Promise<number> {
  const { out, signal } = context;
  const name = await chat.joined();
  out.notice(CHAT_HELP);
  using reader = new LineReader(input, out, { prompt: () => `${name}: ` });
  for await (const line of reader.lines(signal)) {
    try {
      const parsed = parseChatLine(line);
      if (parsed.kind === "leave") return 0;
      await runChatLine(parsed, chat, out);
    } catch (thrown) {
      signal.throwIfAborted();
      // A removed user cannot continue; after any other error the next line may succeed.
      if (hasCode(thrown, "not_allowed")) throw thrown;
      reportError("ftclient", asFtError(thrown), out);
    }
  }
  return 0;
}
