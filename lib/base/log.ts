/**
 * Structured logging: named events with fields. Code that logs does not know the destination.
 *
 * @module
 */

/** The severity of an event. */
export type LogLevel = "debug" | "info" | "warning" | "error";

/** Levels in order of severity. */
const LOG_LEVELS: readonly LogLevel[] = ["debug", "info", "warning", "error"];

/** The fields of an event. Their names are stable. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** One event. */
export interface LogEvent {
  /** The time. */
  readonly at: Date;
  /** The severity. */
  readonly level: LogLevel;
  /** The stable name, such as `transfer.end`. */
  readonly event: string;
  /** Details. */
  readonly fields: LogFields;
}

/** Logs events. */
export interface Logger {
  /** Logs a detail for debugging. */
  debug(event: string, fields?: LogFields): void;
  /** Logs a normal event. */
  info(event: string, fields?: LogFields): void;
  /** Logs a fault that was handled. */
  warning(event: string, fields?: LogFields): void;
  /** Logs a fault that was not handled. */
  error(event: string, fields?: LogFields): void;
  /** Returns a logger that adds fields to every event, such as a connection id. */
  with(fields: LogFields): Logger;
}

/** The destination of events. */
export type LogSink = (event: LogEvent) => void;

/**
 * Creates a logger.
 *
 * @param sink Called with each event at or above the minimum level.
 * @param minimum The minimum level; a function if it may change.
 * @param fields Fields of every event.
 */
export function createLogger(
  sink: LogSink,
  minimum: LogLevel | (() => LogLevel) = "info",
  fields: LogFields = {},
): Logger {
  const minimumNow = typeof minimum === "function" ? minimum : () => minimum;
  const at = (level: LogLevel) => (event: string, more: LogFields = {}) => {
    if (LOG_LEVELS.indexOf(level) < LOG_LEVELS.indexOf(minimumNow())) return;
    sink({ at: new Date(), level, event, fields: { ...fields, ...more } });
  };
  return {
    debug: at("debug"),
    info: at("info"),
    warning: at("warning"),
    error: at("error"),
    with: (more) => createLogger(sink, minimum, { ...fields, ...more }),
  };
}

/** A logger that discards every event. */
export const SILENT: Logger = createLogger(() => {}, "error");
