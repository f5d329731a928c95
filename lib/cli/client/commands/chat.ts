/**
 * `ftclient chat`.
 *
 * @module
 */

import { type ErrorCode, FtError } from "../../../base/errors.ts";
import { asFtError } from "../../../base/os_errors.ts";
import { delay } from "../../../base/signals.ts";
import { ChatSession } from "../../../client/remote/chat_session.ts";
import { printEvent } from "../chat_text.ts";
import type { ClientContext } from "../client_context.ts";
import { type Input, interactive, readLines, stdinInput } from "../../terminal/input.ts";
import { chatByKeys } from "./chat_screen.ts";
import { reportError } from "../../terminal/error_report.ts";

/** Talks: by keys on a terminal, by lines elsewhere. */
export async function runChat(context: ClientContext): Promise<number> {
  return await chatOver(context, stdinInput());
}

/**
 * Talks over this input. A pipe's lines are said one by one, until its end and a little longer.
 *
 * @returns 0, or the exit code of the last line that was refused.
 */
export async function chatOver(context: ClientContext, input: Input): Promise<number> {
  const { out, values, signal } = context;
  await using talk = new ChatSession(context.open, {
    name: values.name,
    retries: values.retries,
    onEvent: (event) => printEvent(out, event),
    signal,
  });
  await talk.joined();
  const speaking = interactive(input, out)
    ? chatByKeys(context, talk, input)
    : speak(context, talk, input);
  speaking.catch(() => {});
  // What ends the conversation ends the reading of lines with it.
  return await Promise.race([speaking, talk.finished.then(() => speaking)]);
}

async function speak(context: ClientContext, talk: ChatSession, input: Input): Promise<number> {
  const { out, values, signal } = context;
  let code = 0;
  for await (const line of readLines(input, signal)) {
    try {
      if (line !== "") await sayInTime(talk, line, signal);
    } catch (thrown) {
      signal.throwIfAborted();
      code = reportError("ftclient", asFtError(thrown), out);
    }
  }
  await delay(values.linger * 1000, signal);
  return code;
}

const FLOOD: ErrorCode = "limit";

/** Says a line; one that came too soon is said when the server allows it. */
async function sayInTime(talk: ChatSession, line: string, signal: AbortSignal): Promise<void> {
  while (true) {
    try {
      return await talk.say(line);
    } catch (error) {
      const waitMs = error instanceof FtError && error.code === FLOOD && error.retryAfterMs;
      if (!waitMs) throw error;
      await delay(waitMs, signal);
    }
  }
}
