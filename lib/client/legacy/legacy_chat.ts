/**
 * The chat of a dialect that has one: texts for all, and what the server broadcasts.
 *
 * @module
 */

import type { Presence } from "../../chat/seat.ts";
import type { CallOptions } from "../../service/files.ts";
import type { RemoteChat, RemoteSeat, SeatRequest } from "../remote/remote_chat.ts";
import { lacks } from "./legacy_server.ts";
import type { PersistentServer } from "./persistent_server.ts";

/** What we call ourselves, as the server tells nobody's name. */
const OURSELVES = "nameless";

/** {@linkcode RemoteChat} as far as these dialects go. */
export class LegacyChat implements RemoteChat {
  readonly #server: PersistentServer;

  constructor(server: PersistentServer) {
    this.#server = server;
  }

  // deno-lint-ignore require-await
  async join({ name = OURSELVES, after = 0 }: SeatRequest = {}): Promise<RemoteSeat> {
    if (name !== OURSELVES) throw lacks(this.#server.dialect, "names in its chat");
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
    await this.#server.say(text, signal && { signal });
  }

  who(): Promise<readonly Presence[]> {
    return Promise.reject(lacks(this.#server.dialect, "list of who is here"));
  }
}
