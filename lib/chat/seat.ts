/**
 * What a chat participant sees of the hub.
 *
 * @module
 */

/** A message or a notice. */
export interface ChatMessage {
  /** Grows by one with each message of a hub; a notice has the number of the message before it. */
  readonly sequence: number;
  /** What it is: said by someone, or told by the server (who came, who left, who uploaded). */
  readonly kind: "message" | "notice";
  /** The seat that said it, or `SERVER`. */
  readonly from: string;
  /** The seat it is for; absent when it is for all. */
  readonly to?: string;
  /** What was said; controls and all, so escape it where it is shown. */
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly atMs: number;
}

/** Who is here. */
export interface Presence {
  /** The name of the seat. */
  readonly name: string;
  /** The dialect it speaks. */
  readonly dialect: string;
  /** Milliseconds since it last said something. */
  readonly idleMs: number;
}

/** How to take a seat. */
export interface JoinOptions {
  /** The name asked for; a clash gets a number. @default the user's, or `guest` */
  readonly name?: string;
  /** The last sequence number seen before; what came since is delivered first. */
  readonly after?: number;
  readonly dialect: string;
}

/** A seat. Disposing it leaves. */
export interface ChatSeat extends Disposable {
  /** The name it got. */
  readonly name: string;
  /** The number of the last message before it was taken. */
  readonly sequence: number;
  /**
   * What comes for it, from a bounded queue. Ends when the seat is left; throws `limit` when it
   * read too slowly, `not_allowed` when the operator removed it.
   */
  readonly messages: AsyncIterable<ChatMessage>;
  /**
   * Says something to all, or to one.
   *
   * @throws `limit` for text too long or too much of it (with the wait, when that helps),
   *   `usage` for text that is no Unicode, `not_found` when there is no such seat.
   */
  say(text: string, to?: string): void;
}

/** What the operator of a server can do with its chat. */
export interface ChatOperator {
  /** Says something to all in the server's name. @throws `limit`, `usage` as any message. */
  broadcast(text: string): void;
  /** Who is here. */
  who(): readonly Presence[];
  /** Takes a seat away; who had it ends with `not_allowed`. @throws `not_found`. */
  kick(name: string): void;
}
