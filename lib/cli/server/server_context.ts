/**
 * What a command of `ftserver` has to work with.
 *
 * @module
 */

import type { ReadEnv } from "../../base/environment.ts";
import type { Output } from "../terminal/output.ts";
import type { Options, Source } from "../program/program_table.ts";
import type { ServerValues } from "./server_flags.ts";

/** One run of a command. */
export interface ServerContext {
  /** What the command is to work on. */
  readonly args: readonly string[];
  readonly values: ServerValues;
  /** Where each value came from. */
  readonly sources: Readonly<Record<string, Source>>;
  readonly out: Output;
  /** Ends when the user interrupts a command that has no signal handlers of its own. */
  readonly signal: AbortSignal;
  /** The config file that was read. */
  readonly configPath: string | undefined;
  /** Reads environment and config file again. @throws `usage`. */
  readonly reread: () => Promise<Options<ServerValues>>;
  /** What is disposed after the command. */
  readonly owned: AsyncDisposableStack;
  readonly readEnv: ReadEnv;
  /** Ends the program now. */
  readonly exit: (code: number) => never;
}
