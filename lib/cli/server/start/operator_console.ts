/**
 * The console of `ftserver serve`, for as long as the server runs.
 *
 * @module
 */

import { FtError } from "../../../base/errors.ts";
import { asFtError } from "../../../base/os_errors.ts";
import type { ChatOperator } from "../../../chat/seat.ts";
import { runConsole } from "../console.ts";
import { type Input, interactive, readLines, stdinInput } from "../../terminal/input.ts";
import { LineReader } from "../../terminal/line_reader.ts";
import type { Output } from "../../terminal/output.ts";
import { errorText } from "../../terminal/error_report.ts";
import type { ServerContext } from "../server_context.ts";

/** What the operator can stop. */
export interface ConsoleEnds {
  /** The operator wants the server to stop. */
  readonly onQuit: () => void;
  /** ^C where the console has the keys, as it is no signal then. */
  readonly onInterrupt: () => void;
}

/** Lets the operator speak, and stop the server. Disposing it gives the terminal back. */
export function openConsole(
  { values, out }: ServerContext,
  chat: ChatOperator,
  ends: ConsoleEnds,
): AsyncDisposable {
  const input = stdinInput();
  const closed = new AbortController();
  const wanted = values.console ?? input.terminal;
  const done = wanted ? converse(input, out, chat, ends, closed.signal) : Promise.resolve();
  return {
    async [Symbol.asyncDispose]() {
      closed.abort(new FtError("interrupted", "the console was closed"));
      await done;
    },
  };
}

async function converse(
  input: Input,
  out: Output,
  chat: ChatOperator,
  { onQuit, onInterrupt }: ConsoleEnds,
  signal: AbortSignal,
): Promise<void> {
  try {
    const lines = consoleLines(input, out, signal, onInterrupt);
    if (await runConsole(lines, chat, out)) onQuit();
  } catch (error) {
    // A stdin that cannot be read is no reason to stop.
    if (!signal.aborted) out.error(`console: ${errorText(asFtError(error))}`);
  }
}

/** Lines of the console: edited on a terminal, so that nothing tears the one being typed. */
async function* consoleLines(
  input: Input,
  out: Output,
  signal: AbortSignal,
  onInterrupt: () => void,
): AsyncGenerator<string> {
  if (!interactive(input, out)) return yield* readLines(input, signal);
  using reader = new LineReader(input, out, { prompt: () => "> ", onInterrupt });
  yield* reader.lines(signal);
}
