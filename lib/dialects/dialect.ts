/**
 * A way of talking over a connection: what the server offers it, and what it must give.
 *
 * @module
 */

import type { UserChat } from "../chat/user_chat.ts";
import type { FtError } from "../base/errors.ts";
import type { Logger } from "../base/log.ts";
import type { Connection } from "../net/connection.ts";
import type { Files } from "../service/files.ts";
import type { ByteReader } from "../wire/byte_reader.ts";

/**
 * Whether first bytes are a dialect's: certainly, certainly not, not to be told yet, or yes unless
 * more come soon.
 */
export type Match = "yes" | "no" | "more" | "likely";

/** Who a client says it is. */
export type Credentials =
  | { readonly kind: "anonymous"; readonly identity?: string }
  | {
    readonly kind: "password";
    readonly user: string;
    readonly password: string;
  }
  | { readonly kind: "token"; readonly token: string };

/** What a login gives: services already bound to the user. */
export interface Login {
  /** The user's name, or `anonymous`. */
  readonly user: string;
  readonly files: Files;
  readonly chat: UserChat;
}

/** One connection, as a dialect sees it. */
export interface Session {
  /** Stands before the first byte. */
  readonly reader: ByteReader;
  readonly connection: Connection;
  readonly log: Logger;
  /** Ends when the connection must be given up. */
  readonly signal: AbortSignal;
  /** Ends when the server drains: finish what runs, begin nothing. */
  readonly draining: AbortSignal;
  /** @throws `not_allowed`. */
  login(credentials: Credentials): Promise<Login>;
  /** The peer has said who it is and what it speaks: the handshake deadline no longer counts. */
  established(): void;
  /** Where the page for browsers is, if this server has one. */
  readonly webUrl?: string;
  /** Counts work that a drain waits for. Disposing ends it. */
  working(): Disposable;
}

/** A dialect. */
export interface Dialect {
  /** Its name in listen URLs and logs. */
  readonly name: string;
  /** Tells by first bytes; absent for a dialect that must be pinned. */
  match?(prefix: Uint8Array): Match;
  /** Whether it only turns strangers away, so that no listener can be for it alone. */
  readonly refusal?: true;
  /** Tells a peer that was not let in why; without it the connection is closed without a word. */
  refuse?(connection: Connection, error: FtError): Promise<void>;
  /** Talks until the connection ends. What it throws is logged and closes the connection. */
  serve(session: Session): Promise<void>;
}
