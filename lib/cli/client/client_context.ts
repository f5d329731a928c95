/**
 * The context of a command of `ftclient`.
 *
 * @module
 */

import type { Logger } from "../../base/log.ts";
import type { RetryAttempt } from "../../base/retry.ts";
import type { OpenRemote } from "../../client/remote/open.ts";
import type { Remote } from "../../client/remote/remote.ts";
import type { CommandContext } from "../program/command_context.ts";
import type { ProgramTable } from "../program/program_table.ts";
import type { ClientValues } from "./client_flags.ts";

/** One run of a command of `ftclient`. */
export interface ClientContext extends CommandContext<ClientValues> {
  /** The program the command belongs to; a shell runs its other commands. */
  readonly program: ProgramTable<ClientContext>;
  /** The arguments as typed: a leading `/` or a URL is not resolved yet, as it is in `args`. */
  readonly words: readonly string[];
  /** Logs to a file, or discards everything if no file was requested. */
  readonly log: Logger;
  /** Identifies this client across runs; a secret. */
  readonly identity: string;
  /** Connects once, for callers that retry by themselves. */
  readonly open: OpenRemote;
  /** Connects, retrying where that can help and reporting each retry to `onRetry`. */
  readonly connect: () => Promise<Remote>;
  /** Prints a retry as a notice, and logs it. */
  readonly onRetry: (attempt: RetryAttempt) => void;
}
