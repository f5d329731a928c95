/**
 * The chat of a server one is connected to.
 *
 * @module
 */

import { FtError } from "../../base/errors.ts";
import type { ChatMessage, Presence } from "../../chat/seat.ts";
import type { CallOptions } from "../../service/files.ts";

/** How to take a seat. */
export interface SeatRequest extends CallOptions {
  /** The name asked for; a clash gets a number. @default the user's, or `guest` */
  readonly name?: string | undefined;
  /** The last message seen before; what came since is delivered first. */
  readonly after?: number | undefined;
}

/** A seat at a server. Disposing it leaves. */
export interface RemoteSeat extends AsyncDisposable {
  /** The name it got. */
  readonly name: string;
  /** The number of the last message before it was taken. */
  readonly sequence: number;
  /**
   * What comes for it. Ends when the seat is left; throws `limit` when it read too slowly,
   * `not_allowed` when the operator removed it, `network` when the connection is lost.
   */
  readonly messages: AsyncIterable<ChatMessage>;
}

/** The chat of a server. */
export interface RemoteChat {
  /**
   * Takes a seat, one for each connection.
   *
   * @throws `not_allowed`, `limit` when there are too many, `conflict` when there is one.
   */
  join(request?: SeatRequest): Promise<RemoteSeat>;
  /**
   * Says something to all, or to one: from the seat, or without one in the user's name.
   *
   * @throws `limit` for text too long or too much of it, `not_found` when there is no such seat,
   *   `not_allowed`.
   */
  say(text: string, options?: CallOptions & { readonly to?: string | undefined }): Promise<void>;
  /** Who is here. @throws `not_allowed`. */
  who(options?: CallOptions): Promise<readonly Presence[]>;
}

/** The chat of a server that has none, or whose dialect cannot ask for it. */
export function noChat(dialect: string): RemoteChat {
  const refuse = (what: string) =>
    Promise.reject(new FtError("protocol", `the ${dialect} dialect has no ${what}`));
  return { join: () => refuse("chat"), say: () => refuse("messages"), who: () => refuse("who") };
}
