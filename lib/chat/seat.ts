/**
 * The chat as its clients and the operator of the server see it.
 *
 * @module
 */

/** A message or a notice. */
export interface ChatMessage {
  /** Counts the messages of a hub; a notice has the number of the message before it. */
  readonly sequence: number;
  /** A message has a sender; a notice tells about users that join or leave, and uploads. */
  readonly kind: "message" | "notice";
  /** The name of the sender, or `SERVER`. */
  readonly from: string;
  /** The seat it is for. @default all of them */
  readonly to?: string;
  /** The text, which may contain controls: escape it before showing it. */
  readonly text: string;
  /** When it was sent, in milliseconds since 1970. */
  readonly atMs: number;
}

/** A connected user. */
export interface Presence {
  /** The name of the seat. */
  readonly name: string;
  /** The dialect its client speaks. */
  readonly dialect: string;
  /** Milliseconds since it last sent a message. */
  readonly idleMs: number;
}

/** Options for taking a seat. */
export interface JoinOptions {
  /** The name asked for; if it is taken, a number is added. @default the user's, or `guest` */
  readonly name?: string;
  /** The last sequence number the client has seen; later messages are sent first. @default none */
  readonly after?: number;
  /** Without `after`, how many of the last messages are sent first. @default {0} */
  readonly history?: number;
  /** The dialect the client speaks. */
  readonly dialect: string;
}

/** Why a seat has another name than its client asked for. */
export interface OtherName {
  /** The name asked for, without what no name may have. */
  readonly wanted: string;
  /** `seat` if a client is here under that name or one like it, `reserved` if it belongs to a user. */
  readonly taken: "seat" | "reserved";
}

/** A client's place in the chat. Disposing it leaves the chat. */
export interface ChatSeat extends Disposable {
  /** The name of the seat. */
  readonly name: string;
  /** Present if a number was added to the name. */
  readonly other?: OtherName;
  /** The sequence number of the last message before the seat was taken. */
  readonly sequence: number;
  /** Whether messages after {@linkcode JoinOptions.after} are no longer kept. */
  readonly incomplete: boolean;
  /**
   * The messages for the seat, from a bounded queue. Ends when the seat is disposed; throws `limit`
   * if they were read too slowly, `not_allowed` if the operator removed the seat or the user lost
   * access, `conflict` if the client took the seat again on another connection.
   */
  readonly messages: AsyncIterable<ChatMessage>;
  /**
   * Sends a message to all seats, or to one. An empty text is ignored.
   *
   * @throws `limit` if the text is too long, or for too many messages (with the time to wait),
   *   `usage` for invalid Unicode, `not_found` if there is no seat `to`, `not_allowed` without
   *   access, `network` if the server has lost its cluster.
   */
  say(text: string, to?: string): void | Promise<void>;
}

/** The chat, as the operator of the server may use it. */
export interface ChatOperator {
  /** Sends a message in the server's name. @throws `limit` or `usage` for an invalid text. */
  broadcast(text: string): void | Promise<void>;
  /** Lists the connected users. */
  who(): readonly Presence[];
  /** Removes a seat; its messages end with `not_allowed`. @throws `not_found`. */
  kick(name: string): void;
  /**
   * Calls a function, which must not throw, with each message for everyone and each notice, until
   * disposed. Private messages and notices about files are for their receivers alone.
   *
   * @param onMessage `elsewhere`: whether the message was sent at another server of a cluster.
   */
  watch(onMessage: (message: ChatMessage, elsewhere: boolean) => void): Disposable;
}
