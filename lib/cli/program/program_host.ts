/**
 * The system a program runs on.
 *
 * @module
 */

import { type ReadEnv, systemEnv } from "../../base/environment.ts";
import type { TerminalSize } from "../terminal/live_region.ts";
import type { TextSink } from "../terminal/output.ts";
import { watchSignals } from "./end_signals.ts";

/** The parts of the system that a program uses; tests replace them. */
export interface ProgramHost {
  readonly readEnv: ReadEnv;
  readonly stdout: TextSink;
  readonly stderr: TextSink;
  /** Size of the terminal. */
  readonly size: () => TerminalSize;
  /** Ends the program at once. */
  readonly exit: (code: number) => never;
  /** Installs signal handlers until the result is disposed. */
  readonly watchSignals: typeof watchSignals;
}

/** The real system. */
export function denoHost(): ProgramHost {
  const readEnv = systemEnv;
  return {
    readEnv,
    stdout: sinkOf(Deno.stdout),
    stderr: sinkOf(Deno.stderr),
    size: () => terminalSize(readEnv),
    exit: Deno.exit,
    watchSignals,
  };
}

function sinkOf(stream: typeof Deno.stdout): TextSink {
  return { terminal: stream.isTerminal(), writeSync: (bytes) => stream.writeSync(bytes) };
}

function terminalSize(readEnv: ReadEnv): TerminalSize {
  try {
    const { columns, rows } = Deno.consoleSize();
    return { columns: columns || 80, rows: rows || 24 };
  } catch {
    return { columns: Number(readEnv("COLUMNS")) || 80, rows: 24 };
  }
}
