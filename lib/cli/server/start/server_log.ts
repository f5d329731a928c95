/**
 * The log of a running server: stderr, and a file where one is wanted.
 *
 * @module
 */

import { createLogger, type Logger, type LogLevel, type LogSink } from "../../../base/log.ts";
import { wantsLogFile } from "../../log/log_choice.ts";
import { lineSink } from "../../log/log_lines.ts";
import { logLevel } from "./serve_options.ts";
import type { ServerContext } from "../server_context.ts";

/** A log whose level can change while it is in use. */
export interface ServeLog {
  readonly log: Logger;
  /** Sets the least that is logged. */
  setLevel(level: LogLevel): void;
}

/** Opens the log; what it holds is closed with the context. */
export async function openServeLog(context: ServerContext): Promise<ServeLog> {
  const { values, sources, out, owned } = context;
  let level = logLevel(values, sources["log-level"] !== "default");
  const sinks: LogSink[] = [lineSink(values["log-format"], (line) => out.error(line))];
  if (wantsLogFile(values, sources)) {
    const { openLogFile } = await import("../../log/log_file.ts");
    const file = await openLogFile({
      dir: values["log-dir"],
      program: "server",
      format: values["log-format"],
      onFault: ({ message }) => out.error(`ftserver: ${message}`),
    });
    sinks.push(owned.use(file).sink);
  }
  const log = createLogger((event) => sinks.forEach((sink) => sink(event)), () => level);
  return { log, setLevel: (wanted) => void (level = wanted) };
}
