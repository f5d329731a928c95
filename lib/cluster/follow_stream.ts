/**
 * Following a stream of the bus, also when the node dies that delivers it.
 *
 * @module
 */

import type {
  ConsumerMessages,
  JetStreamClient,
  JsMsg,
  OrderedConsumerOptions,
} from "@nats-io/jetstream";
import { BUS_SILENCE_MS } from "../base/limits.ts";
import type { BusSession } from "./bus_session.ts";
import { followAgain, onAbort } from "./follow_again.ts";

/** A stream to follow, and how to begin. */
export interface Followed {
  readonly client: JetStreamClient;
  readonly stream: string;
  /** Called for the first beginning and each later one. */
  readonly begin: () => Partial<OrderedConsumerOptions>;
}

/**
 * Follows a stream until the signal ends. It begins again when the connection was lost, or when the
 * node that delivers the messages is silent: nobody else delivers them then.
 */
export async function followStream(
  { client, stream, begin }: Followed,
  bus: BusSession,
  onMessage: (message: JsMsg) => void,
  signal: AbortSignal,
): Promise<void> {
  await followAgain(bus, signal, async (session) => {
    const consumer = await client.consumers.get(stream, begin());
    const messages = await consumer.consume({ idle_heartbeat: BUS_SILENCE_MS / 2 });
    using _ended = onAbort(session, () => messages.stop());
    const silent = stopSilent(messages);
    for await (const message of messages) onMessage(message);
    await silent;
  });
}

/** Ends the messages when their heartbeats are missing. */
async function stopSilent(messages: ConsumerMessages): Promise<void> {
  for await (const { type } of messages.status()) {
    if (type === "heartbeats_missed") messages.stop();
  }
}
