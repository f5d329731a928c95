/**
 * The one connection over which the server sends what happens. It is made again after a loss, and
 * goes on where it was.
 *
 * It is read with `fetch`: an `EventSource` neither says why the server refuses, nor that nothing
 * has come for a long time.
 *
 * @module
 */

import { ApiError } from "../api.ts";
import { EventParser, type ServerEvent } from "./event_parser.ts";

/** Milliseconds of the first wait; each further one is twice as long. */
const FIRST_WAIT_MS = 1000;
const MAX_WAIT_MS = 30_000;
/** Milliseconds without a byte after which a connection counts as lost: two comments are missing. */
const SILENCE_MS = 50_000;
/** The same for a page that is seen again: its timers may have stood still. */
const STALE_MS = 25_000;

/** Whether events arrive. */
export type FeedState =
  | { readonly kind: "connecting" | "open" }
  /** The next attempt is at a time, in milliseconds since 1970. */
  | { readonly kind: "lost"; readonly againMs: number }
  /** The server does not send events to this user. */
  | { readonly kind: "refused"; readonly error: ApiError };

/** A feed is asked for these events. */
export interface FeedRequest {
  /** The path of a folder to watch. @default none */
  readonly folder?: string | undefined;
  /** The name asked for in the chat. @default the user's */
  readonly name?: string | undefined;
  /** How many of the last messages a new seat gets. */
  readonly history: number;
  /** Whether a seat in the chat is taken. */
  readonly chat: boolean;
}

/** The options of a {@linkcode Feed}. */
export interface FeedOptions {
  /** Sends a request. @throws {ApiError} For an answer that is an error, and without one. */
  readonly send: (url: string, init: RequestInit) => Promise<Response>;
  readonly onEvent: (event: ServerEvent) => void;
  readonly onState: (state: FeedState) => void;
  /** Called before each further attempt. What it throws counts as a loss. */
  readonly beforeAgain?: () => Promise<void>;
  /** A number in [0, 1), so that not all pages connect at once. @default Math.random */
  readonly random?: () => number;
}

/** A feed. */
export class Feed {
  readonly #options: FeedOptions;
  #ended = new AbortController();
  #wake = Promise.withResolvers<void>();
  #silent = new AbortController();
  /** When the last byte came, in milliseconds since 1970. */
  #heardMs = 0;
  /** The id of the last event. */
  last = "";

  constructor(options: FeedOptions) {
    this.#options = options;
  }

  /** Connects, in place of the connection before, and goes on after {@linkcode last}. */
  open(request: FeedRequest): void {
    this.close();
    this.#ended = new AbortController();
    void this.#run(request, this.#ended.signal);
  }

  /** Ends the connection. */
  close(): void {
    this.#ended.abort();
  }

  /** Connects at once if it waits, and soon if the connection seems to be lost. */
  wake(): void {
    this.#wake.resolve();
    if (Date.now() - this.#heardMs > STALE_MS) this.#silent.abort();
  }

  async #run(request: FeedRequest, ended: AbortSignal): Promise<void> {
    const { onState, beforeAgain, random = Math.random } = this.#options;
    for (let failures = 0; !ended.aborted;) {
      onState({ kind: "connecting" });
      try {
        if (failures > 0) await beforeAgain?.();
        if (!ended.aborted) await this.#receive(request, ended, () => failures = 0);
      } catch (error) {
        if (ended.aborted) return;
        if (isRefusal(error)) return onState({ kind: "refused", error });
      }
      if (ended.aborted) return;
      const longest = Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** failures++);
      const waitMs = Math.round(longest * (0.75 + 0.25 * random()));
      onState({ kind: "lost", againMs: Date.now() + waitMs });
      await this.#wait(waitMs, ended);
    }
  }

  /** Receives events until the connection is lost. */
  async #receive(request: FeedRequest, ended: AbortSignal, onEvent: () => void): Promise<void> {
    const silent = this.#silent = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const heard = () => {
      this.#heardMs = Date.now();
      clearTimeout(timer);
      timer = setTimeout(() => silent.abort(), SILENCE_MS);
    };
    heard();
    try {
      const headers: HeadersInit = this.last === "" ? [] : [["last-event-id", this.last]];
      const signal = AbortSignal.any([ended, silent.signal]);
      const response = await this.#options.send(urlOf(request), { headers, signal });
      this.#options.onState({ kind: "open" });
      const parser = new EventParser();
      const text = response.body!.pipeThrough(new TextDecoderStream());
      for await (const part of text) {
        heard();
        for (const event of parser.add(part)) {
          if (ended.aborted) return;
          onEvent();
          if (event.id !== "") this.last = event.id;
          this.#options.onEvent(event);
        }
      }
    } finally {
      clearTimeout(timer);
    }
  }

  async #wait(ms: number, ended: AbortSignal): Promise<void> {
    this.#wake = Promise.withResolvers();
    const over = this.#wake.resolve;
    const timer = setTimeout(over, ms);
    ended.addEventListener("abort", () => over(), { once: true });
    await this.#wake.promise;
    clearTimeout(timer);
  }
}

function urlOf({ folder, name, history, chat }: FeedRequest): string {
  const query = new URLSearchParams({ history: String(history) });
  if (folder !== undefined) query.set("folder", folder);
  if (name !== undefined) query.set("name", name);
  if (!chat) query.set("chat", "no");
  return `/events?${query}`;
}

/** Whether another attempt would be refused, too. */
function isRefusal(error: unknown): error is ApiError {
  return error instanceof ApiError && error.status >= 400 && error.status < 500 &&
    error.status !== 408 && error.status !== 429;
}
