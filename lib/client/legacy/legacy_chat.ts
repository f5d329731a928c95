/**
 * The chat of the legacy dialects that have one: messages to everyone, and broadcasts.
 *
 * @module
 */

import type { Presence } from "../../chat/seat.ts";
import type { CallOptions } from "../../service/files.ts";
import type { RemoteChat, RemoteSeat, SeatRequest } from "../remote/remote_chat.ts";
import { lacks } from "./legacy_server.ts";
import type { PersistentServer } from "./persistent_server.ts";

/** The name of our seat, as these dialects have no names. */
const NO_NAME = "nameless";

/** {@linkcode RemoteChat} with the features that these dialects have. */
export class LegacyChat implements RemoteChat {
  readonly #server: PersistentServer;

  constructor(server: PersistentServer) {
    this.#server = server;
  }

  // deno-lint-ignore require-await
  async join({ name = NO_NAME, after = 0 }: SeatRequest = {}): Promise<RemoteSeat> {
    if (name !== NO_NAME) throw lacks(this.#server.dialect, "names in its chat");
    return {
      name,
      sequence: after,
      messages: this.#server.listen(after),
      // deno-lint-ignore require-await
      [Symbol.asyncDispose]: async () => this.#server.leave(),
    };
  }

  async say(
    text: string,
    { to, signal }: CallOptions & { readonly to?: string | undefined } = {},
  ): Promise<void> {
    if (to !== undefined) throw lacks(this.#server.dialect, "messages to a single user");
    await this.#server.say(text, { signal });
  }

  who(): Promise<readonly Presence[]> {
    return Promise.reject(lacks(this.#server.dialect, "list of connected users"));
  }
}
