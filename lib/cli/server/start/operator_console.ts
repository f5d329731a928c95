/**
 * Opens the operator's console while a server runs.
 *
 * @module
 */

import { FtError } from "../../../base/errors.ts";
import { asFtError } from "../../../base/os_errors.ts";
import { errorText } from "../../terminal/error_report.ts";
import { type Input, interactive, readLines, stdinInput } from "../../terminal/input.ts";
import { LineReader } from "../../terminal/line_reader.ts";
import type { Output } from "../../terminal/output.ts";
import { type ConsoleServer, INTRODUCTION, runConsole, showChat } from "../console.ts";
import type { ServerContext } from "../server_context.ts";

/** How the operator stops the server. */
export interface ConsoleEvents {
  /** Called when the operator quits. */
  readonly onQuit: () => void;
  /** Called at ^C, which raises no signal while the console reads keys. */
  readonly onInterrupt: () => void;
}

/** Opens the console if it is enabled. Disposing it restores the terminal. */
export function openConsole(
  { values, out }: ServerContext,
  server: ConsoleServer,
  events: ConsoleEvents,
): AsyncDisposable {
  const input = stdinInput();
  const closed = new AbortController();
  const wanted = values.console ?? input.terminal;
  // The end of input does not end what is shown, and a terminal shows the chat without a console.
  const shown = wanted || out.readByPeople ? showChat(server, out) : undefined;
  const done = wanted ? readConsole(input, out, server, events, closed.signal) : Promise.resolve();
  return {
    async [Symbol.asyncDispose]() {
      closed.abort(new FtError("interrupted", "the console was closed"));
      await done;
      shown?.[Symbol.dispose]();
    },
  };
}

async function readConsole(
  input: Input,
  out: Output,
  server: ConsoleServer,
  { onQuit, onInterrupt }: ConsoleEvents,
  signal: AbortSignal,
): Promise<void> {
  try {
    const lines = consoleLines(input, out, signal, onInterrupt);
    if (await runConsole(lines, server, out)) onQuit();
  } catch (error) {
    // The server continues without its console if stdin cannot be read.
    if (!signal.aborted) out.error(`console: ${errorText(asFtError(error))}`);
  }
}

/** The console's lines. On a terminal they are edited, so that log lines do not tear them. */
async function* consoleLines(
  input: Input,
  out: Output,
  signal: AbortSignal,
  onInterrupt: () => void,
): AsyncGenerator<string> {
  if (!interactive(input, out)) return yield* readLines(input, signal);
  for (const line of INTRODUCTION) out.notice(line);
  using reader = new LineReader(input, out, { prompt: () => "> ", onInterrupt });
  yield* reader.lines(signal);
}
