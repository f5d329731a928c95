/**
 * `ftclient shell`.
 *
 * @module
 */

import { FtError, hasCode } from "../../../base/errors.ts";
import { ChatSession } from "../../../client/remote/chat_session.ts";
import { SharedRemote } from "../../../client/remote/shared_remote.ts";
import { HistoryFile } from "../../terminal/history_file.ts";
import { type Input, interactive, readLines, stdinInput } from "../../terminal/input.ts";
import { LineReader } from "../../terminal/line_reader.ts";
import { printChatEvent } from "../chat_text.ts";
import type { ClientContext } from "../client_context.ts";
import { clientStateDir } from "../../../base/state_dirs.ts";
import { withRetries } from "../connect.ts";
import { completeLine } from "../shell/complete_line.ts";
import { Shell } from "../shell/shell.ts";

/** Runs typed lines with transfers in the background, or the lines of a script one by one. */
export async function runShell(context: ClientContext): Promise<number> {
  const input = stdinInput();
  return interactive(input, context.out)
    ? await typedShell(context, input)
    : await scriptedShell(context, input);
}

/** Runs a script. @returns The exit code of the last line that failed. */
export async function scriptedShell(context: ClientContext, input: Input): Promise<number> {
  if (context.sources.name === "flag") {
    throw new FtError("usage", "--name does nothing in a script: it takes no seat in the chat", {
      name: "name",
    });
  }
  await using shared = new SharedRemote(context.open);
  const shellContext = sharing(context, shared);
  await shellContext.connect();
  const shell = new Shell({ context: shellContext, background: false });
  for await (const line of readLines(input, context.signal)) {
    if (!await shell.run(line)) break;
  }
  return shell.code;
}

/** Runs lines as they are typed, and prints chat messages above the line being typed. */
async function typedShell(context: ClientContext, input: Input): Promise<number> {
  const { out, signal } = context;
  await using shared = new SharedRemote(context.open);
  const shellContext = sharing(context, shared);
  await shellContext.connect();
  await using chat = joinChat(shellContext);
  const shell = new Shell({ context: shellContext, chat, background: true });
  const history = HistoryFile.open(clientStateDir(context.readEnv));
  using reader = new LineReader(input, out, {
    prompt: () => shell.chatting ? "say> " : `ft:${shell.cwd === "." ? "/" : `/${shell.cwd}`}> `,
    history: history.lines,
    onLine: (line) => history.add(line),
    complete: (text) =>
      completeLine(text, {
        commands: context.program.commands,
        cwd: shell.cwd,
        home: context.readEnv("HOME"),
        files: async () => (await shellContext.open()).files,
      }),
    onInterrupt: () => {
      if (!shell.stop()) out.notice("type exit or ^D to leave");
    },
  });
  out.notice("type help for a list of commands");
  for await (const line of reader.lines(signal)) {
    if (!await shell.run(line)) break;
    reader.draw();
  }
  if (shell.running > 0) out.notice(`waiting for ${shell.running} transfers; ^C stops them`);
  await shell.settled();
  return 0;
}

/** A context whose commands share one connection. */
function sharing(context: ClientContext, shared: SharedRemote): ClientContext {
  const { values: { retries }, signal, onRetry } = context;
  const open = () => shared.lend();
  return { ...context, open, connect: withRetries(open, { retries, signal, onRetry }) };
}

/** Joins the chat. The shell works without it if the server refuses. */
function joinChat({ open, out, values, signal }: ClientContext): ChatSession {
  const chat = new ChatSession(open, {
    name: values.name,
    retries: values.retries,
    onEvent: (event) => printChatEvent(out, event),
    signal,
  });
  chat.finished.catch((error) => {
    if (signal.aborted) return;
    const refused = hasCode(error, "not_allowed") || hasCode(error, "protocol");
    out.notice(refused ? `no chat: ${error.message}` : "the connection to the chat is lost");
  });
  return chat;
}
