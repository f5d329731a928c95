/**
 * The chat of the page: events change its state, and commands send messages.
 *
 * @module
 */

// All limits together would become a part of the page.
import { MAX_MESSAGE_BYTES } from "../../../base/chat_limits.ts";
import { isLongerThan } from "../../../base/text.ts";
import type { ServerEvent } from "../events/event_parser.ts";
import type { FeedState } from "../events/feed.ts";
import { text } from "../text.ts";
import { Watched } from "../watched.ts";
import {
  type ChatMessage,
  type ChatState,
  type Line,
  type NewLine,
  type Seat,
  SILENT,
  withChanged,
  withLine,
  withMessage,
} from "./chat_state.ts";
import { type ChatInput, readChatInput } from "./chat_input.ts";
import type { ChatMemory } from "./chat_memory.ts";
import { Outbox, type SendChat } from "./outbox.ts";

/** Lines that outlive a reload. */
const MAX_KEPT = 200;

/** The part of the chat that outlives a reload of the page. */
export interface ChatSnapshot {
  readonly lines: readonly Line[];
  readonly seat: Seat | undefined;
  readonly name: string | undefined;
  readonly stream: string;
  readonly delivered: number;
}

/** The first event of a stream. */
interface Hello extends Partial<Seat> {
  /** The number of the last message before. */
  readonly sequence?: number;
  /** Whether messages that were missed are no longer kept. */
  readonly incomplete?: boolean;
}

/** A chat. */
export class Chat extends Watched<ChatState> {
  readonly #send: SendChat;
  readonly #memory: ChatMemory;
  readonly #outbox: Outbox;
  /** The key of the event stream, from whose seat messages are sent. */
  #stream = "";
  /** The number of the last message that arrived. */
  #delivered = 0;
  /** The number of the last message before the seat was taken. */
  #joinedAt = 0;
  /** The time of the last message of the visit before. */
  readonly #visitMs: number;
  #isVisible = true;
  /** Whether it is known that there is a seat: after a loss, the server may have forgotten it. */
  #isSettled = false;
  #user = "";
  /** The name of the last seat. */
  #name: string | undefined;

  /** @param isWide Whether there is room for the chat beside the list. */
  constructor(send: SendChat, memory: ChatMemory, isWide: boolean) {
    const { seenMs, isOpen, hasLeft } = memory.read();
    super({ ...SILENT, isOpen: isWide && isOpen !== false, hasLeft: hasLeft === true });
    this.#send = send;
    this.#memory = memory;
    this.#outbox = new Outbox(send, (key, change) => {
      this.change(withChanged(this.state, key, change));
    });
    this.#visitMs = typeof seenMs === "number" ? seenMs : Infinity;
  }

  /** The name to ask for, if one was chosen. */
  get wantedName(): string | undefined {
    const { name, nameOf } = this.#memory.read();
    return typeof name === "string" && nameOf === this.#user ? name : undefined;
  }

  #add(line: NewLine): void {
    this.change(withLine(this.state, line));
  }

  #remark(remark: string): void {
    this.#add({ kind: "remark", from: "", text: remark, atMs: Date.now() });
  }

  /** Returns the part that a reload needs. */
  snapshot(): ChatSnapshot {
    const { lines, seat } = this.state;
    const [name, stream, delivered] = [this.#name, this.#stream, this.#delivered];
    return { lines: lines.slice(-MAX_KEPT), seat, name, stream, delivered };
  }

  /** Begins as a user, with what a reload has left, or with nothing. */
  begin(user: string, before: Partial<ChatSnapshot>): void {
    const { lines = [], seat, name, stream = "", delivered = 0 } = before;
    [this.#user, this.#name, this.#stream] = [user, name, stream];
    this.#delivered = delivered;
    this.#outbox.clear();
    const cut = (line: Line): Line =>
      line.own === "waiting" ? { ...line, own: "failed", why: text.chat.reloaded } : line;
    const { isOpen, hasLeft } = this.state;
    this.change({ ...SILENT, isOpen, hasLeft, seat, lines: lines.map(cut) });
  }

  /** The id of an event after which a new seat has everything that was missed. */
  get resumesAfter(): string {
    // No stream has this key: the seat is a new one.
    return this.#name === undefined
      ? ""
      : `none.0.${this.#delivered}.${encodeURIComponent(this.#name)}`;
  }

  /** Shows or hides the chat. Users that had left it come back. */
  open(isOpen: boolean): void {
    const hasLeft = this.state.hasLeft && !isOpen;
    this.#memory.write({ isOpen, hasLeft });
    this.change({ ...this.state, isOpen, hasLeft });
    this.#attended();
  }

  /** Leaves the chat, until it is shown again. */
  leave(): void {
    // Without an answer, the server notices at the end of the connection.
    this.#send({ leave: "1", stream: this.#stream }).catch(() => {});
    this.#memory.write({ isOpen: false, hasLeft: true });
    const none = { seat: undefined, here: [], unread: 0 };
    this.change({ ...this.state, ...none, isOpen: false, hasLeft: true });
  }

  /** Whether people can see the page. */
  isSeen(isVisible: boolean): void {
    this.#isVisible = isVisible;
    this.#attended();
  }

  #attended(): void {
    const { isOpen, lines, unread } = this.state;
    if (!isOpen || !this.#isVisible) return;
    const last = lines.findLast(({ kind, own }) => kind === "message" && own === undefined);
    if (last !== undefined) this.#memory.write({ seenMs: last.atMs });
    if (unread > 0) this.change({ ...this.state, unread: 0 });
  }

  /** Chooses the receiver of the next message. @param to `undefined` is everybody. */
  address(to: string | undefined): void {
    this.change({ ...this.state, to });
  }

  /** The connection has changed. */
  connection(state: FeedState): void {
    const againMs = state.kind === "lost" ? state.againMs : undefined;
    const seat = state.kind === "refused" ? undefined : this.state.seat;
    this.change({ ...this.state, connection: state.kind, againMs, seat });
    if (state.kind !== "open") this.#isSettled = false;
  }

  /** An event has arrived. */
  receive({ name, data, id }: ServerEvent): void {
    if (id !== "") this.#stream = id.split(".")[0]!;
    if (name === "resumed") this.#settle();
    else if (name === "hello") this.#hello(JSON.parse(data));
    else if (name === "chat") this.#message(JSON.parse(data));
    else if (name === "presence") this.change({ ...this.state, here: JSON.parse(data) });
    else if (name === "reset") this.#reset();
    else if (name === "gone") this.#gone(JSON.parse(data));
  }

  /** Events were dropped; the seat is still there. */
  #reset(): void {
    this.#remark(text.chat.missedSome);
    this.#settle();
  }

  #settle(): void {
    this.#isSettled = true;
    this.#flush();
  }

  #hello({ name, wanted, taken, sequence = 0, incomplete }: Hello): void {
    const again = this.#name !== undefined;
    // A server that forgot its messages counts from the start again.
    if (sequence < this.#delivered) this.#delivered = 0;
    if (!again) this.#joinedAt = sequence;
    if (name === undefined) return this.change({ ...this.state, seat: undefined, here: [] });
    this.#isSettled = true;
    this.#seated({ name, wanted, taken }, again ? text.chat.rejoined : text.chat.joined);
    if (incomplete) this.#remark(text.chat.missedSome);
    this.#flush();
  }

  #seated(seat: Seat, remark: (name: string) => string): void {
    this.#name = seat.name;
    this.change({ ...this.state, seat, isGone: false });
    this.#remark(remark(seat.name) + whyNumbered(seat));
  }

  #gone({ code, message }: { readonly code: string; readonly message: string }): void {
    if (this.state.hasLeft) return;
    this.change({ ...this.state, seat: undefined, here: [], isGone: true });
    this.#remark(`${text.chat.gone}: ${text.errors[code] ?? message}`);
  }

  #message(message: ChatMessage): void {
    if (message.kind === "message") {
      // A server may repeat messages; each is shown once.
      if (message.sequence <= this.#delivered) return;
      this.#delivered = message.sequence;
    }
    const [isVisible, joinedAt, visitMs] = [this.#isVisible, this.#joinedAt, this.#visitMs];
    this.change(withMessage(this.state, message, { isVisible, joinedAt, visitMs }));
    this.#attended();
  }

  /**
   * Does what a typed line says.
   *
   * @returns Why it does nothing, if so.
   */
  enter(line: string): string | undefined {
    const input = readChatInput(line);
    const { to } = this.state;
    switch (input.kind) {
      case "nothing":
        return undefined;
      case "wrong":
        return input.why;
      case "say":
        return this.#say(input, to);
      case "who":
        return void this.#remark(this.state.here.map(({ name }) => name).join(", "));
      case "help":
        return void this.#remark(text.chat.help);
      case "leave":
        return void this.leave();
    }
  }

  #say(input: Extract<ChatInput, { kind: "say" }>, to: string | undefined): string | undefined {
    if (isLongerThan(input.text, MAX_MESSAGE_BYTES)) return text.chat.tooLong;
    const { seat } = this.state;
    const from = seat?.name ?? "";
    const line = { kind: "message", from, to: input.to ?? to, text: input.text } as const;
    this.#add({ ...line, atMs: Date.now(), own: "waiting" });
    this.#outbox.add(this.state.lines.at(-1)!);
    this.#flush();
    return undefined;
  }

  /** Sends a message again that was not sent. */
  sendAgain(line: Line): void {
    this.change(withChanged(this.state, line.key, { own: "waiting" }));
    this.#outbox.add(line);
    this.#flush();
  }

  #flush(): void {
    const stream = () => {
      return this.#isSettled && this.state.seat !== undefined ? this.#stream : undefined;
    };
    void this.#outbox.flush(stream);
  }

  /** Asks for another name. @throws {ApiError} */
  async rename(name: string): Promise<void> {
    const seat = await this.#send({ name, stream: this.#stream });
    this.#memory.write({ name, nameOf: this.#user });
    this.#seated(seat, text.chat.renamed);
  }
}

/** Why a name has a number. */
function whyNumbered({ wanted, taken }: Seat): string {
  if (wanted === undefined) return "";
  return `: ${taken === "reserved" ? text.chat.reserved(wanted) : text.chat.taken(wanted)}`;
}
