/**
 * The context of a command of `ftserver`.
 *
 * @module
 */

import type { ProgramRun } from "../program/command_context.ts";
import type { ServerValues } from "./server_flags.ts";

/** One run of a command of `ftserver`. */
export type ServerContext = ProgramRun<ServerValues>;
