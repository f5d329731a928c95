/**
 * Formats log events as lines of text or JSON.
 *
 * @module
 */

import type { LogEvent, LogSink } from "../../base/log.ts";
import { cleanFields, textLogLine } from "../../base/log_text.ts";
import { jsonLine } from "../format/json_line.ts";

/** The format of log lines. */
export type LogFormat = "text" | "json";

/** Formats an event as one line of JSON. Fields cannot override time, level and event. */
export function jsonLogLine(event: LogEvent): string {
  const fields = Object.fromEntries(cleanFields(event.fields));
  const { at, level, event: name } = event;
  const head = { at: at.toISOString(), level, event: name };
  return jsonLine({ ...head, ...fields, ...head });
}

/**
 * Makes a sink that formats events.
 *
 * @param write Called with each line, without its line end.
 */
export function lineSink(format: LogFormat, write: (line: string) => void): LogSink {
  const toLine = format === "json" ? jsonLogLine : textLogLine;
  return (event) => write(toLine(event));
}
