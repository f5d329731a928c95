/**
 * The messages and seats that the hubs of several servers share, so that their users have one chat.
 *
 * @module
 */

import type { KeptMessage } from "./history.ts";
import type { ChatMessage } from "./seat.ts";

/** A message before it has its number and its time. */
export interface SharedMessage extends Omit<KeptMessage, "message"> {
  readonly message: Pick<ChatMessage, "from" | "text" | "to">;
  /** The seat that sends it, which does not get it back. @default it comes from no seat */
  readonly seat?: string | undefined;
}

/** A message that every hub has, in the same order. */
export interface ReceivedMessage extends KeptMessage, Pick<SharedMessage, "seat"> {
  /** Whether it was sent at another server. @default it was sent here */
  readonly elsewhere?: boolean;
}

/** A seat as the hubs of other servers know it. */
export interface SharedSeat {
  /** Differs for each seat of each server. */
  readonly id: string;
  readonly name: string;
  readonly dialect: string;
  /** The identity of its client, if it has one. */
  readonly identity?: string | undefined;
}

/** The way from one hub to the others. */
export interface ChatBus {
  /**
   * Sends a message to all hubs, this one included.
   *
   * @returns When it can no longer be lost.
   * @throws `network` (retryable).
   */
  publish(message: SharedMessage): Promise<void>;
  /** Sends a notice to the other hubs; it may be lost. */
  notice(text: string): void;
  /** The seats on other servers, and when each last sent a message. */
  seats(): Iterable<SharedSeat & { readonly saidMs: number }>;
  /** Tells the others of a seat here. */
  enter(seat: SharedSeat): void;
  /** Tells the others that a seat here is gone. */
  leave(seat: SharedSeat): void;
  /** Removes a seat on another server. */
  kick(seat: SharedSeat): void;
}

/** The receiver of everything that comes from the other hubs. */
export interface ChatBusReceiver {
  /** The number of the last message. */
  sequence: number;
  /** Takes over a message; those from before the start are only kept. */
  receive(message: ReceivedMessage): void;
  /** Shows a notice of another hub. */
  showNotice(text: string): void;
  /** Ends a seat here: its client is at another server now, or the operator there removed it. */
  end(id: string, why: "rejoined" | "removed"): void;
}
