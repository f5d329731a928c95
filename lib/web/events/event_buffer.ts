/**
 * The last events of one client: those that it has not read yet, and those that it may have missed
 * when its connection was lost.
 *
 * @module
 */

import { MAX_EVENT_CHARS, MAX_EVENTS } from "../../base/limits.ts";

/** An event. */
export interface StreamEvent {
  /** Counts the events of a stream, from 1. */
  readonly number: number;
  /** Its name, as `addEventListener` of a browser takes it. */
  readonly name: string;
  /** JSON. */
  readonly data: string;
  /** The sequence number of the last chat message by then. */
  readonly sequence: number;
}

/** Events in the order in which they happened. The oldest make room for new ones. */
export class EventBuffer {
  readonly #events: StreamEvent[] = [];
  #last = 0;
  #chars = 0;
  #added = Promise.withResolvers<void>();

  /** The number of the last event. */
  get last(): number {
    return this.#last;
  }

  /** Resolves when the next event is added. */
  get added(): Promise<void> {
    return this.#added.promise;
  }

  /** Adds an event. */
  add(event: Omit<StreamEvent, "number">): void {
    this.#events.push({ ...event, number: ++this.#last });
    this.#chars += event.data.length;
    while (this.#events.length > MAX_EVENTS || this.#chars > MAX_EVENT_CHARS) {
      this.#chars -= this.#events.shift()!.data.length;
    }
    this.#added.resolve();
    this.#added = Promise.withResolvers();
  }

  /** Returns the events after one; `null` if some of them are gone. */
  after(number: number): readonly StreamEvent[] | null {
    if (number > this.#last || this.#last - number > this.#events.length) return null;
    return this.#events.slice(this.#events.length - (this.#last - number));
  }
}
