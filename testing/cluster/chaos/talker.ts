/**
 * A client in the chat of a cluster, with all that it heard.
 *
 * @module
 */

import { ChatSession } from "../../../lib/client/remote/chat_session.ts";
import type { OpenRemote } from "../../../lib/client/remote/open.ts";
import { asFtError } from "../../../lib/base/os_errors.ts";
import type { Ledger } from "./ledger.ts";

/** A message that a seat got. */
export interface Heard {
  readonly sequence: number;
  readonly text: string;
}

const RETRIES = 30;

/** A seat for as long as the chaos lasts. Disposing it leaves the chat. */
export class Talker implements AsyncDisposable {
  readonly name: string;
  readonly heard: Heard[] = [];
  readonly #ledger: Ledger;
  readonly #session: ChatSession;
  readonly #stop = new AbortController();
  #said = 0;

  /** @param open Connects once. */
  constructor(name: string, open: OpenRemote, ledger: Ledger) {
    this.name = name;
    this.#ledger = ledger;
    this.#session = new ChatSession(open, {
      ...{ name, retries: RETRIES, signal: this.#stop.signal },
      onEvent: (event) => {
        if (event.kind === "joined" && event.seat.name !== name) {
          ledger.wrong.push(`${name} has got the seat of ${event.seat.name}`);
        } else if (event.kind === "lost") ledger.retry(event.error);
        else if (event.kind === "message" && event.message.kind === "message") {
          const { sequence, text } = event.message;
          this.heard.push({ sequence, text });
        }
      },
    });
    this.#session.finished.catch((error) => ledger.wrong.push(`${name} has left: ${error}`));
  }

  /** The number of the last message that was heard; 0 if there is none. */
  get lastHeard(): number {
    return this.heard.at(-1)?.sequence ?? 0;
  }

  /** Waits for a seat. */
  async joined(): Promise<void> {
    await this.#session.joined();
  }

  /** Says something. A text without an answer is not said again: it may have arrived. */
  async say(): Promise<void> {
    const text = `${this.name}:${++this.#said}`;
    try {
      await this.#session.say(text);
      this.#ledger.said.add(text);
      this.#ledger.done.say++;
    } catch (thrown) {
      const error = asFtError(thrown);
      if (!error.retryable) this.#ledger.wrong.push(`${text} was refused: ${error}`);
      this.#ledger.retry(error);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#session[Symbol.asyncDispose]();
  }
}

/** The number of the last message that someone else than a talker said; 0 if there is none. */
export function lastOfOthers(heard: readonly Heard[], name: string): number {
  const others = heard.filter(({ text }) => !text.startsWith(`${name}:`));
  return Math.max(0, ...others.map(({ sequence }) => sequence));
}

/** Checks that each seat got each message once, in one order, but not its own. */
export function checkTalk(talkers: readonly Talker[], { said, wrong }: Ledger): void {
  const all = new Map<number, string>();
  for (const { heard } of talkers) for (const { sequence, text } of heard) all.set(sequence, text);
  const texts = [...all.values()];
  if (new Set(texts).size !== texts.length) wrong.push("a message has two numbers");
  const known = new Set(texts);
  for (const text of said) if (!known.has(text)) wrong.push(`nobody heard ${text}`);
  const order = [...all].toSorted(([a], [b]) => a - b);
  for (const { name, heard } of talkers) {
    const expected = order.filter(([, text]) => !text.startsWith(`${name}:`));
    const at = expected.findIndex(([sequence, text], i) =>
      heard[i]?.sequence !== sequence || heard[i]?.text !== text
    );
    if (at === -1 && heard.length === expected.length) continue;
    const found = heard.slice(at, at + 3).map(({ text }) => text).join();
    wrong.push(`${name} heard ${heard.length} of ${expected.length}; at ${at}: ${found}`);
  }
}
