/**
 * A stream of messages in the same order for all servers of a cluster.
 *
 * @module
 */

import { DeliverPolicy, type JetStreamClient, type JetStreamManager } from "@nats-io/jetstream";
import { BUS_TIMEOUT_MS } from "../base/limits.ts";
import type { BusSession } from "./bus_session.ts";
import { askBus } from "./ask_bus.ts";
import { followStream } from "./follow_stream.ts";

/** A message of a stream. */
export interface StreamMessage {
  /** Its number; each is 1 higher than the one before. */
  readonly sequence: number;
  readonly text: string;
  /** When it was stored, in milliseconds since 1970 by the clock of the bus. */
  readonly atMs: number;
}

/** The numbers of the messages that a stream has. */
export interface StreamRange {
  /** That of the first one; one more than `last` if there is none. */
  readonly first: number;
  /** That of the last one; 0 if there never was one. */
  readonly last: number;
}

/** A stream of messages. */
export class MessageStream {
  readonly #streams: JetStreamManager;
  readonly #client: JetStreamClient;
  readonly #follower: JetStreamClient;
  readonly #stream: string;
  readonly #subject: string;
  readonly #bus: BusSession;

  /** @param options The stream in the library, and the bus that it belongs to. */
  constructor(
    options: {
      readonly manager: JetStreamManager;
      readonly follower: JetStreamClient;
      readonly stream: string;
      readonly subject: string;
      readonly bus: BusSession;
    },
  ) {
    this.#streams = options.manager;
    this.#client = options.manager.jetstream();
    this.#follower = options.follower;
    this.#stream = options.stream;
    this.#subject = options.subject;
    this.#bus = options.bus;
  }

  /**
   * Adds a message. It is stored when this returns.
   *
   * @param id A message with the same one is stored only once, so a retry repeats nothing.
   * @returns Its number.
   * @throws `network`.
   */
  async publish(text: string, id: string): Promise<number> {
    const options = { msgID: id, timeout: BUS_TIMEOUT_MS };
    const { seq } = await askBus(
      this.#bus,
      () => this.#client.publish(this.#subject, text, options),
    );
    return seq;
  }

  /** Returns the numbers of its messages. @throws `network`. */
  async range(): Promise<StreamRange> {
    const { state } = await askBus(this.#bus, () => this.#streams.streams.info(this.#stream));
    const { messages, first_seq: first, last_seq: last } = state;
    return { first: messages === 0 ? last + 1 : first, last };
  }

  /**
   * Follows the stream until the signal ends: each message once, in order, also over lost connections.
   *
   * @param from The number of the first message that is wanted.
   */
  async follow(
    from: number,
    onMessage: (message: StreamMessage) => void,
    signal: AbortSignal,
  ): Promise<void> {
    let next = from;
    const begin = () => ({
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: next,
    });
    const followed = { client: this.#follower, stream: this.#stream, begin };
    await followStream(followed, this.#bus, (message) => {
      if (message.seq < next) return;
      next = message.seq + 1;
      const atMs = message.time.getTime();
      onMessage({ sequence: message.seq, text: message.string(), atMs });
    }, signal);
  }
}
