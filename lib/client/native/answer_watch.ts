/**
 * Notices a server that no longer answers: one that is silent, or that sends keepalives, pings,
 * messages and unknown frames alone.
 *
 * @module
 */

import {
  ALIVE_TIMEOUTS,
  LOGIN_ANSWER_TIMEOUT_MS,
  WORK_ANSWER_TIMEOUT_MS,
} from "../../base/limits.ts";
import { delay } from "../../base/signals.ts";
import type { Channel } from "../../native/channel.ts";
import type { Request } from "../../native/schemas.ts";
import type { Connection } from "../../net/connection.ts";

/** Operations that may take a server long although it works on them. */
const WORK: ReadonlySet<Request["op"]> = new Set<Request["op"]>(
  ["statMany", "manifest", "readMany", "writeMany", "sum", "move", "remove"],
);

/**
 * How long a request may wait for the next byte of an answer while the server answers pings, in
 * milliseconds.
 */
export function answerTimeoutMs(request: Request, timeoutMs: number): number {
  const { op } = request;
  const isWork = WORK.has(op) || (op === "list" && request.digests) ||
    (op === "stage" && request.precondition.kind === "root");
  const longest = isWork ? WORK_ANSWER_TIMEOUT_MS : op === "login" ? LOGIN_ANSWER_TIMEOUT_MS : 0;
  return Math.max(timeoutMs * ALIVE_TIMEOUTS, longest);
}

/** The watched connection, and what to do. */
export interface Watched {
  readonly connection: Pick<Connection, "lastReadMs">;
  readonly channel: Pick<Channel, "answeredMs" | "consumesSlowly">;
  /** The longest {@linkcode answerTimeoutMs} of the running calls; 0 if there are none. */
  waitMs(): number;
  /** Whether a silent connection has to be checked although no call runs. */
  isListening(): boolean;
  ping(): void;
  /** Called when the server has not answered for this many milliseconds. */
  lost(ms: number): void;
}

/** Watches one connection until it is disposed. */
export class AnswerWatch implements Disposable {
  readonly #watched: Watched;
  readonly #timeoutMs: number;
  readonly #disposed = new AbortController();
  /** When no call ran. */
  #idleMs = performance.now();
  /** When the client did not consume what it had, so that it was not waiting for the server. */
  #consumingMs = 0;
  #pongMs = -Infinity;

  /** @param timeoutMs Milliseconds to wait for the next byte. */
  constructor(watched: Watched, timeoutMs: number) {
    this.#watched = watched;
    this.#timeoutMs = timeoutMs;
    this.#checkAgain().catch(() => {});
  }

  /** Notes a PONG, also an unsolicited one: during an upload a PING may be stuck behind content. */
  ponged(): void {
    this.#pongMs = performance.now();
  }

  async #checkAgain(): Promise<void> {
    while (true) {
      await delay(this.#timeoutMs / 4, this.#disposed.signal);
      this.#check();
    }
  }

  #check(): void {
    const { connection, channel } = this.#watched;
    const nowMs = performance.now();
    const waitMs = this.#watched.waitMs();
    const isListening = this.#watched.isListening();
    if (waitMs === 0) this.#idleMs = nowMs;
    if (channel.consumesSlowly) this.#consumingMs = nowMs;
    if (waitMs === 0 && !isListening) return;
    const heardMs = Math.max(connection.lastReadMs, isListening ? 0 : this.#idleMs);
    const silentMs = nowMs - heardMs;
    const unansweredMs = nowMs -
      Math.max(channel.answeredMs, this.#idleMs, this.#consumingMs);
    const isAlive = nowMs - this.#pongMs < this.#timeoutMs;
    const answerMs = isAlive ? waitMs : this.#timeoutMs;
    if (silentMs >= this.#timeoutMs) this.#watched.lost(this.#timeoutMs);
    else if (waitMs > 0 && unansweredMs >= answerMs) this.#watched.lost(answerMs);
    else if (Math.max(silentMs, unansweredMs) >= this.#timeoutMs / 2) this.#watched.ping();
  }

  [Symbol.dispose](): void {
    this.#disposed.abort();
  }
}
