/**
 * What happened, as named events with fields. Who logs does not know where the lines go.
 *
 * @module
 */

/** How much an event matters. */
export type LogLevel = "debug" | "info" | "warning" | "error";

/** Levels from least to most. */
const LOG_LEVELS: readonly LogLevel[] = ["debug", "info", "warning", "error"];

/** Facts of an event. Names are stable; values are plain. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** One event. */
export interface LogEvent {
  /** When. */
  readonly at: Date;
  /** How much it matters. */
  readonly level: LogLevel;
  /** Stable name: `transfer.end`. */
  readonly event: string;
  /** Its facts. */
  readonly fields: LogFields;
}

/** Takes events. */
export interface Logger {
  /** For those who look for a fault. */
  debug(event: string, fields?: LogFields): void;
  /** Worth a line. */
  info(event: string, fields?: LogFields): void;
  /** Wrong, and dealt with. */
  warning(event: string, fields?: LogFields): void;
  /** Wrong, and not dealt with. */
  error(event: string, fields?: LogFields): void;
  /** A logger that adds these fields to each event, as a connection's id. */
  with(fields: LogFields): Logger;
}

/** Where events end. */
export type LogSink = (event: LogEvent) => void;

/**
 * Makes a logger.
 *
 * @param sink Takes each event at or above the level.
 * @param least The least level that is kept; a function where it may change.
 * @param fields Facts of every event.
 */
export function createLogger(
  sink: LogSink,
  least: LogLevel | (() => LogLevel) = "info",
  fields: LogFields = {},
): Logger {
  const leastNow = typeof least === "function" ? least : () => least;
  const at = (level: LogLevel) => (event: string, more: LogFields = {}) => {
    if (LOG_LEVELS.indexOf(level) < LOG_LEVELS.indexOf(leastNow())) return;
    sink({ at: new Date(), level, event, fields: { ...fields, ...more } });
  };
  return {
    debug: at("debug"),
    info: at("info"),
    warning: at("warning"),
    error: at("error"),
    with: (more) => createLogger(sink, least, { ...fields, ...more }),
  };
}

/** Drops everything. */
export const SILENT: Logger = createLogger(() => {}, "error");
