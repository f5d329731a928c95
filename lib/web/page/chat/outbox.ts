/**
 * Messages that are not sent yet: they leave one after the other, in the order in which they were
 * written.
 *
 * @module
 */

import { reasonOf, text } from "../text.ts";
import type { Line, Seat } from "./chat_state.ts";

/** Sends a form to the chat. @returns The present name. @throws {ApiError} */
export type SendChat = (form: Readonly<Record<string, string>>) => Promise<Seat>;

/** The messages of a page. */
export class Outbox {
  readonly #send: SendChat;
  readonly #onChange: (key: number, change: Partial<Line>) => void;
  #waiting: Line[] = [];
  #isSending = false;

  /** @param onChange Called when a line was sent, or could not be sent. */
  constructor(send: SendChat, onChange: (key: number, change: Partial<Line>) => void) {
    this.#send = send;
    this.#onChange = onChange;
  }

  /** Adds a message. */
  add(line: Line): void {
    this.#waiting.push(line);
  }

  /** Forgets all messages. */
  clear(): void {
    this.#waiting = [];
  }

  /** Sends the messages, as long as there is a seat. @param stream Returns its key. */
  async flush(stream: () => string | undefined): Promise<void> {
    if (this.#isSending) return;
    this.#isSending = true;
    for (let key = stream(); key !== undefined && this.#waiting.length > 0; key = stream()) {
      await this.#sendLine(this.#waiting.shift()!, key);
    }
    this.#isSending = false;
  }

  async #sendLine({ key, text: words, to }: Line, stream: string): Promise<void> {
    try {
      const { name } = await this.#send({ text: words, stream, ...(to && { to }) });
      this.#onChange(key, { own: "sent", from: name, why: undefined });
    } catch (error) {
      this.#onChange(key, { own: "failed", why: whyNot(error, to) });
    }
  }
}

function whyNot(error: unknown, to: string | undefined): string {
  const isMissing = (error as { readonly code?: string }).code === "not_found";
  return isMissing && to !== undefined ? text.chat.notHere(to) : reasonOf(error);
}
