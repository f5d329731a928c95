/**
 * Events as text (Server-Sent Events, HTML Living Standard, 9.2).
 *
 * @module
 */

import { EVENT_RETRY_MS } from "../../base/limits.ts";
import type { StreamEvent } from "./event_buffer.ts";

/** The place of a client in its events, from which it resumes. */
export interface EventPlace {
  /** The key of its stream. */
  readonly key: string;
  /** The number of the last event that it has. */
  readonly number: number;
  /** The sequence number of the last chat message before that event. */
  readonly sequence: number;
  /** Its name in the chat; empty without a seat. */
  readonly seat: string;
}

/** The first line of a stream: how long a client waits before it connects again. */
export const BEGINNING = `retry: ${EVENT_RETRY_MS}\n\n`;
/** Says that nothing was lost with the connection before; it is no event of the stream itself. */
export const RESUMED = "event: resumed\ndata: {}\n\n";
/** A comment, which shows that the connection is alive. */
export const HEARTBEAT = ":\n\n";

/** Formats an event. JSON has no line ends. */
export function eventText(
  { number, sequence, name, data }: StreamEvent,
  { key, seat }: Pick<EventPlace, "key" | "seat">,
): string {
  const id = `${key}.${number}.${sequence}.${encodeURIComponent(seat)}`;
  return `id: ${id}\nevent: ${name}\ndata: ${data}\n\n`;
}

/** Parses the `Last-Event-ID` of a client; `undefined` for one that is not ours. */
export function parsePlace(id: string | null): EventPlace | undefined {
  const [, key, number, sequence, seat = ""] =
    /^([\w-]{1,64})\.(\d{1,15})\.(\d{1,15})\.(\S{0,1000})$/.exec(id ?? "") ?? [];
  if (key === undefined) return undefined;
  try {
    return {
      key,
      number: Number(number),
      sequence: Number(sequence),
      seat: decodeURIComponent(seat),
    };
  } catch {
    return undefined;
  }
}
