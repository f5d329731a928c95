/**
 * The events of one client: its seat in the chat, and the folder that it has open. It outlives a lost
 * connection for a short time, so that nobody sees a client leave and join that only reloads.
 *
 * @module
 */

import { PRESENCE_DELAY_MS } from "../../base/limits.ts";
import { asFtError } from "../../base/os_errors.ts";
import { delay } from "../../base/signals.ts";
import type { ChatMessage, ChatSeat, JoinOptions } from "../../chat/seat.ts";
import type { Login } from "../../dialects/dialect.ts";
import { EventBuffer } from "./event_buffer.ts";
import { FolderChanges } from "./folder_changes.ts";

/** The name that a client has in the chat, and why it is not the one that it asked for. */
export interface SeatName {
  readonly name: string;
  readonly wanted?: string;
  readonly taken?: "seat" | "reserved";
}

/** JSON by message: many clients get the same one. */
const texts = new WeakMap<ChatMessage, string>();

function textOf(message: ChatMessage): string {
  const known = texts.get(message) ?? JSON.stringify(message);
  texts.set(message, known);
  return known;
}

/** A client's events. Disposing it leaves the chat. */
export class EventStream implements Disposable {
  readonly buffer: EventBuffer = new EventBuffer();
  /** The sequence number of the last chat message. */
  sequence = 0;
  /** Aborts when the client has connected again, or the stream is disposed. */
  connection: AbortController = new AbortController();
  readonly #disposed = new AbortController();
  #seat: ChatSeat | undefined;
  #folder: FolderChanges | undefined;
  #presenceIsDue = false;

  /**
   * @param key A secret by which the client finds its stream again.
   * @param user The user's name.
   */
  constructor(readonly key: string, readonly user: string) {}

  /** The seat; `undefined` without one. */
  get seat(): ChatSeat | undefined {
    return this.#seat;
  }

  /** Takes a seat in the chat, in place of the one that it has. @throws As `UserChat.join`. */
  join(login: Login, options: Omit<JoinOptions, "dialect">): SeatName {
    const seat = login.chat.join({ ...options, dialect: "web" });
    this.#seat?.[Symbol.dispose]();
    this.#seat = seat;
    // A server that forgot its messages counts from the start again.
    this.sequence = Math.min(options.after ?? seat.sequence, seat.sequence);
    void this.#receive(seat, login);
    this.#presence(login);
    return { name: seat.name, ...seat.other };
  }

  /** Leaves the chat, and stays without a seat. */
  leave(): void {
    const seat = this.#seat;
    this.#seat = undefined;
    seat?.[Symbol.dispose]();
  }

  /** Watches a folder, in place of the one before. */
  open(login: Login, folder: string): void {
    // A client that comes back gets the changes that are about to be sent.
    if (this.#folder?.folder === folder) return;
    this.#folder?.[Symbol.dispose]();
    this.#folder = new FolderChanges(login, folder, (changes) => this.add("files", changes));
  }

  /** Adds an event. */
  add(name: string, data: unknown): void {
    this.#add(name, JSON.stringify(data));
  }

  #add(name: string, data: string): void {
    this.buffer.add({ name, data, sequence: this.sequence });
  }

  async #receive(seat: ChatSeat, login: Login): Promise<void> {
    try {
      for await (const message of seat.messages) {
        this.sequence = Math.max(this.sequence, message.sequence);
        this.#add("chat", textOf(message));
        if (message.kind === "notice") this.#presence(login);
      }
    } catch (thrown) {
      const { code, message } = asFtError(thrown);
      this.add("gone", { code, message });
    } finally {
      seat[Symbol.dispose]();
      if (this.#seat === seat) this.#seat = undefined;
    }
  }

  /** Sends who is here, some time after a notice, as others may follow. */
  #presence(login: Login): void {
    if (this.#presenceIsDue) return;
    this.#presenceIsDue = true;
    delay(PRESENCE_DELAY_MS, this.#disposed.signal).then(() => {
      this.#presenceIsDue = false;
      if (this.#seat !== undefined) this.add("presence", login.chat.who());
    }).catch(() => {});
  }

  [Symbol.dispose](): void {
    this.#disposed.abort();
    this.connection.abort();
    this.#folder?.[Symbol.dispose]();
    this.#seat?.[Symbol.dispose]();
  }
}
