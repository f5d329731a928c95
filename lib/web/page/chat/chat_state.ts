/**
 * Everything that the chat shows, and how it changes.
 *
 * @module
 */

import type { FeedState } from "../events/feed.ts";
import { text } from "../text.ts";
import { shownName, shownText } from "./shown_text.ts";

/** Lines that are kept; the oldest make room for new ones. */
const MAX_LINES = 500;

/** A message or notice, as the server sends it. */
export interface ChatMessage {
  readonly sequence: number;
  readonly kind: "message" | "notice";
  readonly from: string;
  readonly to?: string;
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly atMs: number;
}

/** A client in the chat. */
export interface Presence {
  readonly name: string;
  /** The dialect that it speaks; `web` is a page. */
  readonly dialect: string;
}

/** The place of this page in the chat. */
export interface Seat {
  readonly name: string;
  /** The name asked for, if it is another one. */
  readonly wanted?: string;
  readonly taken?: "seat" | "reserved";
}

/** A line of the chat. */
export interface Line {
  /** Counts the lines of this page. */
  readonly key: number;
  /** A message, a notice of the server, or a remark of this page. */
  readonly kind: "message" | "notice" | "remark";
  readonly from: string;
  readonly to?: string | undefined;
  readonly text: string;
  readonly atMs: number;
  /** The state of a message of this page. */
  readonly own?: "waiting" | "sent" | "failed";
  /** Why it was not sent. */
  readonly why?: string | undefined;
}

/** The state of the chat. */
export interface ChatState {
  readonly connection: FeedState["kind"];
  /** When the next attempt to connect is made, in milliseconds since 1970. */
  readonly againMs?: number | undefined;
  /** Undefined before the first, and for users that may not chat. */
  readonly seat?: Seat | undefined;
  readonly here: readonly Presence[];
  readonly lines: readonly Line[];
  /** The first line that arrived after the last visit. */
  readonly newFrom?: number | undefined;
  /** Whether the server has taken the seat away. */
  readonly isGone: boolean;
  /** Whether the user has left the chat. */
  readonly hasLeft: boolean;
  /** Whether the chat is shown. */
  readonly isOpen: boolean;
  /** Messages that arrived while nobody saw the chat. */
  readonly unread: number;
  /** The receiver of the next message. @default everybody */
  readonly to?: string | undefined;
  /** The last message that arrived, for programs that read the page to people. */
  readonly spoken: string;
}

/** A line before it is counted. */
export type NewLine = Omit<Line, "key">;

/** Before anything has happened. */
export const SILENT: ChatState = {
  connection: "connecting",
  here: [],
  lines: [],
  isGone: false,
  hasLeft: false,
  isOpen: false,
  unread: 0,
  spoken: "",
};

/** Adds a line. */
export function withLine(state: ChatState, line: NewLine): ChatState {
  const key = (state.lines.at(-1)?.key ?? 0) + 1;
  return { ...state, lines: [...state.lines, { ...line, key }].slice(-MAX_LINES) };
}

/** The view of people at a message that arrives. */
export interface View {
  /** Whether people can see the page. */
  readonly isVisible: boolean;
  /** The number of the last message before the page joined. */
  readonly joinedAt: number;
  /** The time of the last message of the visit before, in milliseconds since 1970. */
  readonly visitMs: number;
}

/** Adds a message or notice that arrived. */
export function withMessage(state: ChatState, message: ChatMessage, view: View): ChatState {
  const { sequence, kind, from, to, text: words, atMs } = message;
  const added = withLine(state, { kind, from, to, text: words, atMs });
  if (kind !== "message") return added;
  const isEarlier = sequence <= view.joinedAt;
  const isMissed = isEarlier && atMs > view.visitMs;
  const isUnread = !(state.isOpen && view.isVisible) && (!isEarlier || isMissed);
  const begins = isUnread ? state.unread === 0 : isMissed && state.newFrom === undefined;
  return {
    ...added,
    unread: state.unread + (isUnread ? 1 : 0),
    newFrom: begins ? added.lines.at(-1)!.key : state.newFrom,
    spoken: isEarlier
      ? state.spoken
      : text.chat.says(shownName(from), shownText(words), to !== undefined),
  };
}

/** Changes a line, if it is still there. */
export function withChanged(state: ChatState, key: number, change: Partial<Line>): ChatState {
  const lines = state.lines.map((line) => line.key === key ? { ...line, ...change } : line);
  return { ...state, lines };
}

/** The title of the page, with the number of unread messages. */
export function titleWith(unread: number, title: string): string {
  return unread === 0 ? title : `(${unread}) ${title}`;
}
