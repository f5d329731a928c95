/**
 * The log of a running server: stderr, and a file if one was requested.
 *
 * @module
 */

import { createLogger, type LogEvent, type Logger, type LogLevel } from "../../../base/log.ts";
import { RecentLog } from "../../../base/recent_log.ts";
import { lineSink } from "../../log/log_lines.ts";
import { OperatorScreen } from "../../log/operator_screen.ts";
import { openRequestedLog } from "../../log/requested_log.ts";
import type { ServerContext } from "../server_context.ts";
import { logLevel } from "./serve_options.ts";

/** A log whose level can change while it is in use. */
export interface ServerLog {
  readonly log: Logger;
  /** Its last events. */
  readonly recent: RecentLog;
  /** Sets the minimum level to log. */
  setLevel(level: LogLevel): void;
}

/**
 * Opens the log. Its file is closed with the context. A terminal shows lines for the operator, unless
 * JSON or details for debugging are requested.
 */
export async function openServerLog(context: ServerContext): Promise<ServerLog> {
  const { values, sources, out, owned } = context;
  let level = logLevel(values, sources);
  const toLines = lineSink(values["log-format"], (line) => out.logLine(line));
  const screen = owned.use(new OperatorScreen((...line) => out.error(...line)));
  const hasScreen = out.readByPeople && values["log-format"] === "text";
  const toStderr = (event: LogEvent) =>
    hasScreen && level !== "debug" ? screen.add(event) : toLines(event);
  const toFile = await openRequestedLog("server", context);
  const recent = new RecentLog();
  const log = createLogger((event) => {
    recent.sink(event);
    toStderr(event);
    if (event.level === "warning" || event.level === "error") out.flush();
    toFile?.(event);
  }, () => level);
  return { log, recent, setLevel: (wanted) => void (level = wanted) };
}
