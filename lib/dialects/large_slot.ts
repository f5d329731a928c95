/**
 * Limits the large `json` messages in memory.
 *
 * @module
 */

import { FairTurns } from "../base/fair_turns.ts";
import { MAX_LARGE_JSON, MAX_LARGE_JSON_PER_HOST } from "../base/limits.ts";
import type { Session } from "./dialect.ts";

/** Shared by all connections; hosts take turns, so that none keeps the others waiting. */
const slots = new FairTurns(MAX_LARGE_JSON, { share: MAX_LARGE_JSON_PER_HOST });

/** The slot of one exchange, which it holds only while it needs one. */
export class LargeSlot implements Disposable {
  readonly #session: Pick<Session, "host" | "signal">;
  #held: Disposable | undefined;

  constructor(session: Pick<Session, "host" | "signal">) {
    this.#session = session;
  }

  /** Waits for a slot, unless it is held already. @throws The reason of the session's signal. */
  async take(): Promise<void> {
    this.#held ??= await slots.take(this.#session.host, this.#session.signal);
  }

  /** Gives the slot to the next exchange that waits. */
  release(): void {
    this.#held?.[Symbol.dispose]();
    this.#held = undefined;
  }

  [Symbol.dispose](): void {
    this.release();
  }
}
