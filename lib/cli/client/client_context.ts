/**
 * What a command of `ftclient` has to work with.
 *
 * @module
 */

import type { Logger } from "../../base/log.ts";
import type { RetryAttempt } from "../../base/retry.ts";
import type { Remote } from "../../client/remote/remote.ts";
import type { ClientValues } from "./client_flags.ts";
import type { ReadEnv } from "../../base/environment.ts";
import type { Output } from "../terminal/output.ts";
import type { ProgramTable, Source } from "../program/program_table.ts";

/** One run of a command. */
export interface ClientContext {
  /** The program the command belongs to; a shell runs its other commands. */
  readonly program: ProgramTable<ClientContext>;
  /** What the command is to work on. */
  readonly args: readonly string[];
  readonly values: ClientValues;
  /** Where each value came from. */
  readonly sources: Readonly<Record<string, Source>>;
  readonly out: Output;
  /** What happens, where a log file is wanted. */
  readonly log: Logger;
  /** Ends when the user interrupts, or nobody reads what is printed. */
  readonly signal: AbortSignal;
  /** The command line as typed, to be shown where it can be used again. */
  readonly typed: readonly string[];
  readonly readEnv: ReadEnv;
  /** Names this client across runs; a secret. */
  readonly identity: string;
  /** Connects once; for transfers, which retry by themselves. */
  readonly open: () => Promise<Remote>;
  /** Connects with retries, which are reported by `onRetry`. */
  readonly connect: () => Promise<Remote>;
  /** Prints a retry as a notice, and logs it. */
  readonly onRetry: (attempt: RetryAttempt) => void;
}
