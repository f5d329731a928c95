/**
 * The last events of a log.
 *
 * @module
 */

import { RECENT_LOG_LINES } from "./limits.ts";
import type { LogEvent, LogSink } from "./log.ts";

/** An event with its number: the first one of a log is 1. */
export interface NumberedEvent extends LogEvent {
  /** Its number in the log. */
  readonly number: number;
}

/**
 * The last {@linkcode RECENT_LOG_LINES} events of a log, for admins to read.
 *
 * @example
 * ```ts
 * import { createLogger } from "./log.ts";
 * import { RecentLog } from "./recent_log.ts";
 *
 * const recent = new RecentLog();
 * createLogger(recent.sink).info("server.ready");
 * if (recent.events[0]?.event !== "server.ready") throw new Error();
 * ```
 */
export class RecentLog {
  readonly #max: number;
  readonly #events: LogEvent[] = [];
  #count = 0;

  /**
   * Creates an empty one.
   *
   * @param max The number of events that are kept. @default {RECENT_LOG_LINES}
   */
  constructor(max: number = RECENT_LOG_LINES) {
    this.#max = max;
  }

  /** Receives the events. */
  readonly sink: LogSink = (event) => {
    this.#events[this.#count++ % this.#max] = event;
  };

  /** The events, the oldest first. */
  get events(): readonly NumberedEvent[] {
    const oldest = this.#count % this.#max;
    const events = [...this.#events.slice(oldest), ...this.#events.slice(0, oldest)];
    const before = this.#count - events.length;
    return events.map((event, i) => ({ ...event, number: before + i + 1 }));
  }
}
