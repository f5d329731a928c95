/**
 * The chat of a cluster: a stream has the messages, a bucket the seats.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import { MAX_CHAT_HISTORY } from "../base/limits.ts";
import type { ChatBus, ChatBusReceiver, SharedMessage, SharedSeat } from "../chat/chat_bus.ts";
import type { Bus } from "./bus.ts";
import { messageSchema, parseRecord, shoutSchema } from "./chat_records.ts";
import type { MessageStream, StreamMessage } from "./message_stream.ts";
import { SharedSeats } from "./shared_seats.ts";

const SHOUTS = "chat_shouts";

/** Connects the hub of one server to those of the others. */
export class SharedChat implements ChatBus, Disposable {
  readonly #hub: ChatBusReceiver;
  readonly #bus: Bus;
  readonly #messages: MessageStream;
  readonly #seats: SharedSeats;
  /** Names this run of this server. */
  readonly #server = crypto.randomUUID();
  readonly #stop = new AbortController();

  private constructor(
    hub: ChatBusReceiver,
    { bus, messages, seats }: { bus: Bus; messages: MessageStream; seats: SharedSeats },
  ) {
    this.#hub = hub;
    this.#bus = bus;
    this.#messages = messages;
    this.#seats = seats;
  }

  /**
   * Opens the chat of a cluster.
   *
   * @returns Makes the chat of a hub, and waits until the hub has the last messages.
   * @throws `network`.
   */
  static async open(bus: Bus) {
    const messages = await bus.stream("chat", MAX_CHAT_HISTORY);
    const bucket = await bus.bucket("seats");
    return async (makeHub: (make: (hub: ChatBusReceiver) => ChatBus) => void) => {
      let chat: SharedChat | undefined;
      makeHub((hub) => {
        const seats = new SharedSeats(hub, bucket);
        return chat = new SharedChat(hub, { bus, messages, seats });
      });
      await chat!.#start();
      return chat!;
    };
  }

  async #start(): Promise<void> {
    const { signal } = this.#stop;
    await this.#seats.start(signal);
    this.#bus.listen(SHOUTS, (text) => this.#hear(text), signal);
    const { first, last } = await this.#messages.range();
    const ready = Promise.withResolvers<void>();
    if (last < first) {
      this.#hub.sequence = last;
      ready.resolve();
    }
    void this.#messages.follow(Math.max(1, first), (message) => {
      this.#receive(message);
      if (message.sequence >= last) ready.resolve();
    }, signal);
    await ready.promise;
  }

  #receive({ sequence, text, atMs }: StreamMessage): void {
    const record = parseRecord(messageSchema, text);
    if (record === undefined) return void (this.#hub.sequence = sequence);
    const { from, text: said, to, by, for: whom, seat, server } = record;
    this.#seats.said(seat, atMs);
    const message = { sequence, kind: "message", from, text: said, to, atMs } as const;
    const elsewhere = server !== this.#server;
    this.#hub.receive({ message, by, for: whom, seat, elsewhere });
  }

  async publish({ message, ...facts }: SharedMessage): Promise<void> {
    const record = JSON.stringify({ ...message, ...facts, server: this.#server });
    await this.#messages.publish(record, crypto.randomUUID());
  }

  notice(text: string): void {
    this.#shout({ kind: "notice", text, server: this.#server });
  }

  seats(): Iterable<SharedSeat & { readonly saidMs: number }> {
    return this.#seats.others();
  }

  enter(seat: SharedSeat): void {
    this.#seats.enter(seat);
  }

  leave(seat: SharedSeat): void {
    this.#seats.leave(seat);
  }

  kick({ id }: SharedSeat): void {
    this.#shout({ kind: "kick", id });
  }

  #shout(shout: Record<string, string>): void {
    this.#bus.shout(SHOUTS, JSON.stringify(shout));
  }

  #hear(text: string): void {
    const shout = parseRecord(shoutSchema, text);
    if (shout?.kind === "notice") {
      // The bus sends back what this server says.
      if (shout.server !== this.#server) this.#hub.showNotice(shout.text);
    } else if (shout?.kind === "kick") this.#hub.end(shout.id, "removed");
  }

  [Symbol.dispose](): void {
    this.#stop.abort(new FtError("interrupted", "the server stops"));
  }
}
