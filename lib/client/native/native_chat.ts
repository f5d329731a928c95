/**
 * The chat over a native connection.
 *
 * @module
 */

import { AsyncQueue } from "../../base/async_queue.ts";
import { FtError } from "../../base/errors.ts";
import { MAX_MESSAGE_BYTES, MAX_SEAT_QUEUE, MAX_SEATS } from "../../base/limits.ts";
import type { ChatMessage, Presence } from "../../chat/seat.ts";
import type { FrameHandler } from "../../native/exchange.ts";
import { decodeItems } from "../../native/items.ts";
import { decodeJson } from "../../native/messages.ts";
import { chatMessageSchema, joinedSchema, presenceSchema } from "../../native/chat_schemas.ts";
import { decodeFailure, emptySchema, failureSchema } from "../../native/schemas.ts";
import type { CallOptions } from "../../service/files.ts";
import type { RemoteChat, RemoteSeat, SeatRequest } from "../remote/remote_chat.ts";
import type { ChatPushes, NativeClient } from "./native_client.ts";

/** Most messages to buffer for the reader: all that a server stores, and as many again. */
const MAX_WAITING = 2 * MAX_SEAT_QUEUE;

/** {@linkcode RemoteChat} over a native connection. */
export class NativeChat implements RemoteChat, ChatPushes {
  readonly #client: NativeClient;
  #messages: AsyncQueue<ChatMessage> | undefined;

  constructor(client: NativeClient) {
    this.#client = client;
    client.onChat(this);
    client.signal.addEventListener("abort", () => this.#messages?.fail(client.signal.reason));
  }

  get listening(): boolean {
    return this.#messages !== undefined;
  }

  async join({ name, after, history, signal }: SeatRequest = {}): Promise<RemoteSeat> {
    if (this.#messages !== undefined) {
      throw new FtError("conflict", "this connection has a seat");
    }
    // The queue must exist now: messages may arrive before the reply.
    const messages = this.#messages = new AsyncQueue<ChatMessage>();
    try {
      const request = { op: "join", name, after, history } as const;
      const joined = await this.#client.ask(request, joinedSchema, signal);
      return { ...joined, messages, [Symbol.asyncDispose]: () => this.#leave(messages) };
    } catch (error) {
      this.#messages = undefined;
      throw error;
    }
  }

  message(json: Uint8Array): void {
    const message = decodeJson(chatMessageSchema, json, "MESG");
    const messages = this.#messages;
    if (messages === undefined || messages.push(message) && messages.size <= MAX_WAITING) return;
    messages.fail(new FtError("limit", "messages were read too slowly", { retryable: true }));
  }

  gone(json: Uint8Array): void {
    this.#messages?.fail(decodeFailure(decodeJson(failureSchema, json, "GONE")));
    this.#messages = undefined;
  }

  async #leave(messages: AsyncQueue<ChatMessage>): Promise<void> {
    messages.close();
    if (this.#messages !== messages) return;
    this.#messages = undefined;
    if (this.#client.signal.aborted) return;
    // Best effort: a lost connection has left the chat anyway.
    await this.#client.ask({ op: "leave" }, emptySchema).catch(() => {});
  }

  async say(
    text: string,
    { to, signal }: CallOptions & { readonly to?: string | undefined } = {},
  ): Promise<void> {
    if (new TextEncoder().encode(text).length > MAX_MESSAGE_BYTES) {
      throw new FtError("limit", `a message is longer than ${MAX_MESSAGE_BYTES} bytes`);
    }
    await this.#client.ask({ op: "say", text, to }, emptySchema, signal);
  }

  async who({ signal }: CallOptions = {}): Promise<readonly Presence[]> {
    const here: Presence[] = [];
    const take: FrameHandler = (payload, exchange) => {
      here.push(...decodeItems(presenceSchema, payload));
      if (here.length > MAX_SEATS) throw new FtError("protocol", `more than ${MAX_SEATS} seats`);
      exchange.consumed(payload.length);
    };
    const { reply } = await this.#client.call({ op: "who" }, { ITEM: take }, signal);
    await reply;
    return here;
  }
}
