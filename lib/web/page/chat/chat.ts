/**
 * The chat of the page: events change its state, and commands send messages.
 *
 * @module
 */

import { MAX_MESSAGE_BYTES } from "../../../base/limits.ts";
import { isLongerThan } from "../../../base/text.ts";
import type { ServerEvent } from "../events/event_parser.ts";
import type { FeedState } from "../events/feed.ts";
import type { Stored } from "../stored.ts";
import { reasonOf, text } from "../text.ts";
import {
  type ChatMessage,
  type ChatState,
  type Line,
  type NewLine,
  type Seat,
  SILENT,
  withChanged,
  withLine,
} from "./chat_state.ts";
import { type ChatInput, readChatInput } from "./chat_input.ts";

/** Lines that outlive a reload. */
const MAX_KEPT = 200;

/** The chat in the memory of the browser. */
export interface ChatMemory {
  /** The time of the last message that was seen, in milliseconds since 1970. */
  readonly seenMs: number;
  /** The name that was chosen. */
  readonly name: string;
  readonly isOpen: boolean;
}

/** The part of the chat that outlives a reload of the page. */
export interface ChatSnapshot {
  readonly lines: readonly Line[];
  readonly seat: Seat | undefined;
  readonly delivered: number;
}

/** Sends a form to the chat. @returns The present name. @throws {ApiError} */
export type SendChat = (form: Readonly<Record<string, string>>) => Promise<Seat>;

/** A chat. */
export class Chat {
  readonly #send: SendChat;
  readonly #memory: Pick<Stored<ChatMemory>, "read" | "write">;
  readonly #watchers = new Set<(state: ChatState) => void>();
  readonly #unsent: number[] = [];
  #state: ChatState;
  /** The key of the event stream, from whose seat messages are sent. */
  #stream = "";
  /** The number of the last message that arrived. */
  #delivered = 0;
  /** The number of the last message before the seat was taken. */
  #joinedAt = 0;
  /** The time of the last message of the visit before. */
  readonly #visitMs: number;
  #isVisible = true;
  #isSending = false;

  /** @param wide Whether there is room for the chat beside the list. */
  constructor(
    send: SendChat,
    memory: Pick<Stored<ChatMemory>, "read" | "write">,
    wide: boolean,
  ) {
    this.#send = send;
    this.#memory = memory;
    const { seenMs, isOpen } = memory.read();
    this.#visitMs = typeof seenMs === "number" ? seenMs : Infinity;
    this.#state = { ...SILENT, isOpen: wide && isOpen !== false };
  }

  /** The state now. */
  get state(): ChatState {
    return this.#state;
  }

  /** The name to ask for, if one was chosen. */
  get wantedName(): string | undefined {
    const { name } = this.#memory.read();
    return typeof name === "string" && name !== "" ? name : undefined;
  }

  /** Calls a function after each change. @returns Ends this. */
  watch(watcher: (state: ChatState) => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  #change(state: ChatState): void {
    this.#state = state;
    for (const watcher of this.#watchers) watcher(state);
  }

  #add(line: NewLine): void {
    this.#change(withLine(this.#state, line));
  }

  #remark(remark: string): void {
    this.#add({ kind: "remark", from: "", text: remark, atMs: Date.now() });
  }

  /** Returns the part that a reload needs. */
  snapshot(): ChatSnapshot {
    const { lines, seat } = this.#state;
    return { lines: lines.slice(-MAX_KEPT), seat, delivered: this.#delivered };
  }

  /** Begins with what a reload has left, or with nothing. */
  restore({ lines = [], seat, delivered = 0 }: Partial<ChatSnapshot>): void {
    this.#delivered = delivered;
    this.#unsent.length = 0;
    const cut = (line: Line): Line =>
      line.own === "waiting" ? { ...line, own: "failed", why: text.chat.reloaded } : line;
    const { isOpen } = this.#state;
    this.#change({ ...SILENT, isOpen, seat, lines: lines.map(cut) });
  }

  /** Shows or hides the chat. */
  open(isOpen: boolean): void {
    this.#memory.write({ isOpen });
    this.#change({ ...this.#state, isOpen });
    this.#attended();
  }

  /** Whether people can see the page. */
  isSeen(isVisible: boolean): void {
    this.#isVisible = isVisible;
    this.#attended();
  }

  #attended(): void {
    const { isOpen, lines, unread } = this.#state;
    if (!isOpen || !this.#isVisible) return;
    const last = lines.findLast(({ kind, own }) => kind === "message" && own === undefined);
    if (last !== undefined) this.#memory.write({ seenMs: last.atMs });
    if (unread > 0) this.#change({ ...this.#state, unread: 0 });
  }

  /** Chooses the receiver of the next message. @param to `undefined` is everybody. */
  address(to: string | undefined): void {
    this.#change({ ...this.#state, to });
  }

  /** The connection has changed. */
  connection(state: FeedState): void {
    const againMs = state.kind === "lost" ? state.againMs : undefined;
    const seat = state.kind === "refused" ? undefined : this.#state.seat;
    this.#change({ ...this.#state, connection: state.kind, againMs, seat });
    void this.#flush();
  }

  /** An event has arrived. */
  receive({ name, data, id }: ServerEvent): void {
    this.#stream = id.split(".")[0]!;
    if (name === "hello") this.#hello(JSON.parse(data));
    else if (name === "chat") this.#message(JSON.parse(data));
    else if (name === "presence") this.#change({ ...this.#state, here: JSON.parse(data) });
    else if (name === "reset") this.#remark(text.chat.missedSome);
    else if (name === "gone") this.#gone(JSON.parse(data));
  }

  #hello({ name, wanted, taken, sequence = 0 }: Partial<Seat> & { sequence?: number }): void {
    const again = this.#state.seat !== undefined;
    // A server that forgot its messages counts from the start again.
    if (sequence < this.#delivered) this.#delivered = 0;
    if (!again) this.#joinedAt = sequence;
    if (name === undefined) return this.#change({ ...this.#state, seat: undefined, here: [] });
    this.#seated({ name, wanted, taken }, again ? text.chat.rejoined : text.chat.joined);
    void this.#flush();
  }

  #seated(seat: Seat, remark: (name: string) => string): void {
    this.#change({ ...this.#state, seat });
    this.#remark(remark(seat.name) + whyNumbered(seat));
  }

  #gone({ code, message }: { readonly code: string; readonly message: string }): void {
    this.#change({ ...this.#state, seat: undefined, here: [] });
    this.#remark(`${text.chat.gone}: ${text.errors[code] ?? message}`);
  }

  #message({ sequence, kind, from, to, text: words, atMs }: ChatMessage): void {
    if (kind === "message") {
      // A server may repeat messages; each is shown once.
      if (sequence <= this.#delivered) return;
      this.#delivered = sequence;
    }
    this.#add({ kind, from, to, text: words, atMs });
    if (kind !== "message") return;
    const { isOpen, unread, newFrom, lines } = this.#state;
    const { key } = lines.at(-1)!;
    const isEarlier = sequence <= this.#joinedAt;
    const isMissed = isEarlier && atMs > this.#visitMs;
    const isUnread = !(isOpen && this.#isVisible) && (!isEarlier || isMissed);
    const begins = isUnread ? unread === 0 : isMissed && newFrom === undefined;
    this.#change({
      ...this.#state,
      unread: unread + (isUnread ? 1 : 0),
      newFrom: begins ? key : newFrom,
      spoken: isEarlier ? this.#state.spoken : text.chat.says(from, words, to !== undefined),
    });
    this.#attended();
  }

  /**
   * Does what a typed line says.
   *
   * @returns Why it does nothing, if so.
   */
  enter(line: string): string | undefined {
    const input = readChatInput(line);
    const { to } = this.#state;
    switch (input.kind) {
      case "nothing":
        return undefined;
      case "wrong":
        return input.why;
      case "say":
        return this.#say(input, to);
      case "who":
        return void this.#remark(this.#state.here.map(({ name }) => name).join(", "));
      case "help":
        return void this.#remark(text.chat.help);
      case "leave":
        return void this.open(false);
    }
  }

  #say(input: Extract<ChatInput, { kind: "say" }>, to: string | undefined): string | undefined {
    if (isLongerThan(input.text, MAX_MESSAGE_BYTES)) return text.chat.tooLong;
    const { seat } = this.#state;
    const from = seat?.name ?? "";
    const line = { kind: "message", from, to: input.to ?? to, text: input.text } as const;
    this.#add({ ...line, atMs: Date.now(), own: "waiting" });
    this.#unsent.push(this.#state.lines.at(-1)!.key);
    void this.#flush();
    return undefined;
  }

  /** Sends a message again that was not sent. */
  sendAgain(key: number): void {
    this.#change(withChanged(this.#state, key, { own: "waiting" }));
    this.#unsent.push(key);
    void this.#flush();
  }

  /** Sends waiting messages one after the other, as long as there is a seat. */
  async #flush(): Promise<void> {
    if (this.#isSending) return;
    this.#isSending = true;
    while (this.#unsent.length > 0 && this.#state.connection === "open" && this.#state.seat) {
      await this.#sendLine(this.#unsent.shift()!);
    }
    this.#isSending = false;
  }

  async #sendLine(key: number): Promise<void> {
    const line = this.#state.lines.find((line) => line.key === key);
    if (line === undefined) return;
    const { text: words, to } = line;
    try {
      const { name } = await this.#send({ text: words, stream: this.#stream, ...(to && { to }) });
      this.#change(withChanged(this.#state, key, { own: "sent", from: name }));
    } catch (error) {
      const { code } = error as { readonly code?: string };
      const why = code === "not_found" && to !== undefined
        ? text.chat.notHere(to)
        : reasonOf(error);
      this.#change(withChanged(this.#state, key, { own: "failed", why }));
    }
  }

  /** Asks for another name. @throws {ApiError} */
  async rename(name: string): Promise<void> {
    const seat = await this.#send({ name, stream: this.#stream });
    this.#memory.write({ name });
    this.#seated(seat, text.chat.renamed);
  }
}

/** Why a name has a number. */
function whyNumbered({ wanted, taken }: Seat): string {
  if (wanted === undefined) return "";
  return `: ${taken === "reserved" ? text.chat.reserved(wanted) : text.chat.taken(wanted)}`;
}
