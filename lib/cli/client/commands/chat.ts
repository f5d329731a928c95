/**
 * `ftclient chat`.
 *
 * @module
 */

import { asFtError } from "../../../base/os_errors.ts";
import { Retry } from "../../../base/retry.ts";
import { anySignal, delay } from "../../../base/signals.ts";
import { ChatSession } from "../../../client/remote/chat_session.ts";
import { retryText } from "../../progress/retry_text.ts";
import { reportError } from "../../terminal/error_report.ts";
import { type Input, interactive, readLines, stdinInput } from "../../terminal/input.ts";
import { paint } from "../../terminal/output.ts";
import { parseChatLine, runChatLine } from "../chat_line.ts";
import { chatByKeys } from "../chat_screen.ts";
import { printChatEvent } from "../chat_text.ts";
import type { ClientContext } from "../client_context.ts";

/** Earlier messages that a terminal shows by default. */
const TERMINAL_HISTORY = 20;

/** Chats on stdin: by keys on a terminal, else by lines. */
export async function runChat(context: ClientContext): Promise<number> {
  return await chatOver(context, stdinInput());
}

/**
 * Chats over an input. Lines from a pipe are sent one by one; after the last one or `/quit`,
 * messages are printed for the time that `--linger` gives.
 *
 * @returns 0, or the exit code of the last line that the server refused.
 */
export async function chatOver(context: ClientContext, input: Input): Promise<number> {
  const { out, values, signal } = context;
  const byKeys = interactive(input, out);
  await using chat = new ChatSession(context.open, {
    name: values.name,
    history: values.history ?? (byKeys ? TERMINAL_HISTORY : 0),
    retries: values.retries,
    onEvent: (event) => printChatEvent(out, event),
    signal,
  });
  await chat.joined();
  // The end of the session ends the reading of lines, which removes the line being typed.
  const ended = new AbortController();
  chat.finished.catch((error) => ended.abort(error));
  const reading = { ...context, signal: anySignal(signal, ended.signal) };
  return await (byKeys ? chatByKeys(reading, chat, input) : sendLines(reading, chat, input));
}

async function sendLines(context: ClientContext, chat: ChatSession, input: Input): Promise<number> {
  const { out, values, signal } = context;
  const say = (text: string, to?: string) => sendWhenAllowed(context, () => chat.say(text, to));
  let code = 0;
  for await (const line of readLines(input, signal)) {
    try {
      const parsed = parseChatLine(line);
      if (parsed.kind === "leave") break;
      await runChatLine(parsed, { who: () => chat.who(), say }, out);
    } catch (thrown) {
      signal.throwIfAborted();
      code = reportError("ftclient", asFtError(thrown), out);
    }
  }
  await delay(values.linger * 1000, signal);
  return code;
}

/** Sends a message; one that came too soon is sent again when the server allows it. */
async function sendWhenAllowed(
  { out, signal, values: { retries } }: ClientContext,
  send: () => Promise<void>,
): Promise<void> {
  const retry = new Retry({
    retries,
    signal,
    worthwhile: ({ code, retryAfterMs }) => code === "limit" && retryAfterMs !== undefined,
    onRetry: (attempt) => out.notice(paint("yellow", retryText(attempt, Date.now()))),
  });
  await retry.run(send);
}
