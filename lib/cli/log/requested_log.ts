/**
 * The log file that a program's flags request.
 *
 * @module
 */

import type { LogSink } from "../../base/log.ts";
import type { ProgramRun } from "../program/command_context.ts";
import type { LogFormat } from "./log_lines.ts";

/** The flags that decide about the log file. */
export interface LogFileValues {
  readonly "log-file": boolean;
  readonly "log-dir": string;
  readonly "log-format": LogFormat;
}

/**
 * Opens a program's log file if it was requested, with `--log-file` or by naming its folder.
 *
 * @param program The beginning of file names: `server`, `client`.
 * @returns Its sink, closed with the run; `undefined` if no file was requested.
 */
export async function openRequestedLog(
  program: "server" | "client",
  { values, sources, out, owned }: Pick<
    ProgramRun<LogFileValues>,
    "values" | "sources" | "out" | "owned"
  >,
): Promise<LogSink | undefined> {
  if (!values["log-file"] && sources["log-dir"] === "default") return undefined;
  const { openLogFile } =
    await (import("./log_file.ts" as string) as Promise<typeof import("./log_file.ts")>);
  const file = await openLogFile({
    dir: values["log-dir"],
    program,
    format: values["log-format"],
    onError: ({ message }) => out.error(`ft${program}: ${message}`),
  });
  return owned.use(file).sink;
}
