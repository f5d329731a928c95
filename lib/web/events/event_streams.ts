/**
 * All event streams of a site, by their keys.
 *
 * @module
 */

import { randomBytes } from "node:crypto";
import { FtError } from "../../base/errors.ts";
import { EVENT_GRACE_MS, MAX_EVENT_STREAMS } from "../../base/limits.ts";
import { delay } from "../../base/signals.ts";
import { EventStream } from "./event_stream.ts";

const KEY_BYTES = 18;

/** The streams, with those that wait for their clients to connect again. */
export class EventStreams implements Disposable {
  readonly #streams = new Map<string, EventStream>();
  /** Those without a connection, the one that waits longest first. */
  readonly #waiting = new Map<EventStream, AbortController>();

  /** Creates the stream of a user. @throws `limit` (retryable) if there are too many. */
  begin(user: string): EventStream {
    if (this.#streams.size >= MAX_EVENT_STREAMS) {
      const [longest] = this.#waiting.keys();
      if (longest === undefined) {
        throw new FtError("limit", "too many clients receive events", { retryable: true });
      }
      this.end(longest);
    }
    const stream = new EventStream(randomBytes(KEY_BYTES).toString("base64url"), user);
    this.#streams.set(stream.key, stream);
    return stream;
  }

  /** Returns a stream of a user. */
  find(key: string, user: string): EventStream | undefined {
    const stream = this.#streams.get(key);
    return stream?.user === user ? stream : undefined;
  }

  /** A client has connected: an earlier connection of the stream ends. */
  connected(stream: EventStream): AbortSignal {
    this.#waiting.get(stream)?.abort();
    this.#waiting.delete(stream);
    stream.connection.abort();
    stream.connection = new AbortController();
    return stream.connection.signal;
  }

  /** A connection has ended; unless the client connects again, its stream ends soon. */
  disconnected(stream: EventStream, connection: AbortSignal): void {
    // Another connection has taken over, or the stream has ended.
    if (connection.aborted) return;
    const again = new AbortController();
    this.#waiting.set(stream, again);
    delay(EVENT_GRACE_MS, again.signal).then(() => this.end(stream), () => {});
  }

  /** Ends a stream. */
  end(stream: EventStream): void {
    this.#waiting.get(stream)?.abort();
    this.#waiting.delete(stream);
    this.#streams.delete(stream.key);
    stream[Symbol.dispose]();
  }

  [Symbol.dispose](): void {
    for (const stream of [...this.#streams.values()]) this.end(stream);
  }
}
