/**
 * A file event with its author, as the observers of a server learn it.
 *
 * @module
 */

import type { FileEvent } from "../service/file_event.ts";

/** The author of an event. */
export interface EventAuthor {
  /** The user's name, `token NAME`, or `anonymous`. */
  readonly user: string;
  /** The present name in the chat. */
  readonly chatName: string;
  /** The peer's address, with its port. */
  readonly remote: string;
  /** The name of the dialect. */
  readonly dialect: string;
  /** Identifies the client across its connections. @default it is not recognised again */
  readonly identity?: string | undefined;
}

/** A call that has ended, and its author. */
export type UserEvent = FileEvent & { readonly by: EventAuthor };

/** Learns of the calls of all users that have ended. It must neither wait nor throw. */
export type UserEventObserver = (event: UserEvent) => void;
