/**
 * The chat of a connected server.
 *
 * @module
 */

import { FtError } from "../../base/errors.ts";
import type { ChatMessage, Presence } from "../../chat/seat.ts";
import type { CallOptions } from "../../service/files.ts";

/** How to join a chat. */
export interface SeatRequest extends CallOptions {
  /** The requested name; if it is taken, a number is added. @default the user's, or `guest` */
  readonly name?: string | undefined;
  /** The sequence number of the last message seen; later messages are delivered first. */
  readonly after?: number | undefined;
  /**
   * Without `after`, how many of the last messages are delivered first. Legacy dialects and
   * servers of earlier versions deliver none.
   *
   * @default {0}
   */
  readonly history?: number | undefined;
}

/** A remote chat seat: a client's place in the chat. Disposing it leaves the chat. */
export interface RemoteSeat extends AsyncDisposable {
  /** The name assigned by the server. */
  readonly name: string;
  /** The requested name, if it was taken and the server reported it. */
  readonly wanted?: string | undefined;
  /** Why it was taken: `seat` if a client is here under it, `reserved` if it belongs to a user. */
  readonly taken?: string | undefined;
  /** The sequence number of the last message before the client joined. */
  readonly sequence: number;
  /** Whether the server no longer has all messages after the one that the client named. */
  readonly incomplete?: boolean | undefined;
  /**
   * Messages to this seat. Ends when the seat is left; throws `limit` when they were read too
   * slowly, `not_allowed` when the operator removed the client, `network` when the connection is
   * lost.
   */
  readonly messages: AsyncIterable<ChatMessage>;
}

/** The chat of a server. */
export interface RemoteChat {
  /**
   * Takes a seat; a connection can have one.
   *
   * @throws `not_allowed`, `limit` when all seats are taken, `conflict` when there is one already.
   */
  join(request?: SeatRequest): Promise<RemoteSeat>;
  /**
   * Sends a message to everyone, or to one seat. Without a seat it is sent in the user's name.
   *
   * @throws `limit` for a text that is too long or a rate that is too high, `not_found` when there
   *   is no such seat, `not_allowed`.
   */
  say(text: string, options?: CallOptions & { readonly to?: string | undefined }): Promise<void>;
  /** Lists the connected users. @throws `not_allowed`. */
  who(options?: CallOptions): Promise<readonly Presence[]>;
}

/** Returns a chat that refuses everything, for a dialect without one. */
export function noChat(dialect: string): RemoteChat {
  const refuse = (what: string) =>
    Promise.reject(new FtError("protocol", `the ${dialect} dialect has no ${what}`));
  return { join: () => refuse("chat"), say: () => refuse("messages"), who: () => refuse("who") };
}
