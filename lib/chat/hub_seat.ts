/**
 * One seat of a hub: its client, its queue, and how it ends.
 *
 * @module
 */

import type { AsyncQueue } from "../base/async_queue.ts";
import { FtError } from "../base/errors.ts";
import { MAX_SEAT_QUEUE, MESSAGE_BURST, MESSAGES_PER_SECOND } from "../base/limits.ts";
import { skeletonOf } from "../base/lookalikes.ts";
import { TokenBucket } from "../base/token_bucket.ts";
import type { SharedSeat } from "./chat_bus.ts";
import type { Participant } from "./participant.ts";
import type { ChatMessage } from "./seat.ts";

/** A seat, and what its hub keeps of it. */
export interface Seat extends SharedSeat {
  readonly participant: Participant;
  readonly allowance: TokenBucket;
  readonly queue: AsyncQueue<ChatMessage>;
  /** The number of the last message that its client has. */
  readonly after: number;
  /** Disposed when the seat is gone. */
  occupied?: Disposable;
  /** When it last sent a message. */
  saidMs: number;
}

/** Why a seat ends that its client did not leave. */
export const END_REASONS: Readonly<Record<"rejoined" | "removed", () => FtError>> = {
  rejoined: () => new FtError("conflict", "the client rejoined on another connection"),
  removed: () => new FtError("not_allowed", "removed from the chat by the operator"),
};

/** Limits how fast one client may send messages. */
export function messageAllowance(): TokenBucket {
  return new TokenBucket({
    burst: MESSAGE_BURST,
    perSecond: MESSAGES_PER_SECOND,
    what: "messages",
  });
}

/** Whether only one of two names can have a seat. */
export function looksAlike(name: string, other: string): boolean {
  return skeletonOf(name) === skeletonOf(other);
}

/** Whether a seat has no backlog; one that has gets no notices. */
export function keepsUp({ queue }: Seat): boolean {
  return queue.size < MAX_SEAT_QUEUE / 2;
}

/** The messages a client missed, then those for its seat, for as long as it has access. */
export async function* received(
  missed: readonly ChatMessage[],
  { queue, participant }: Seat,
): AsyncGenerator<ChatMessage> {
  for (const message of missed) {
    participant.requireAccess?.();
    yield message;
  }
  for await (const message of queue) {
    participant.requireAccess?.();
    yield message;
  }
}
