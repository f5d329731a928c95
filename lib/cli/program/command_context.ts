/**
 * The parts of a command's context that both programs have.
 *
 * @module
 */

import type { ReadEnv } from "../../base/environment.ts";
import type { Output } from "../terminal/output.ts";
import type { ConfigFile } from "./config_file.ts";
import type { Options } from "./program_table.ts";

/** One run of a command. */
export interface CommandContext<V> extends Options<V> {
  /** The arguments after the command's name. */
  readonly args: readonly string[];
  /** The command line as typed, for messages that repeat it. */
  readonly typed: readonly string[];
  readonly out: Output;
  /** Aborts when the user interrupts the command, or the reader of its output has gone. */
  readonly signal: AbortSignal;
  readonly readEnv: ReadEnv;
  /** The config file that was read, if there is one. */
  readonly config?: ConfigFile | undefined;
}

/** One run of a command, with what only a program's own code needs. */
export interface ProgramRun<V> extends CommandContext<V> {
  /** Reads environment and config file again. @throws `usage` for an invalid setting. */
  readonly reread: () => Promise<Options<V>>;
  /** Disposed after the command. */
  readonly owned: AsyncDisposableStack;
  /** Ends the program at once. */
  readonly exit: (code: number) => never;
}
