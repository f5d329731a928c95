/**
 * Whether users, tokens or rules have changed since they were last read.
 *
 * @module
 */

import type { DatabaseSync, StatementSync } from "node:sqlite";
import { AUTH_LOOK_MS } from "../base/limits.ts";

/** Counts the changes that others made to a database. */
export class AuthVersion {
  readonly #look: StatementSync;
  readonly #now: () => number;
  #lookedAtMs = -Infinity;
  #version = 0;

  /**
   * @param database See `openAuthDatabase`; it stays its opener's.
   * @param now Milliseconds of a clock that does not go back.
   */
  constructor(database: DatabaseSync, now: () => number = () => performance.now()) {
    this.#look = database.prepare("PRAGMA data_version");
    this.#now = now;
  }

  /** Another number after each change; up to {@linkcode AUTH_LOOK_MS} old. */
  get current(): number {
    const nowMs = this.#now();
    if (nowMs - this.#lookedAtMs < AUTH_LOOK_MS) return this.#version;
    this.#lookedAtMs = nowMs;
    this.#version = Number(this.#look.get()!.data_version);
    return this.#version;
  }
}
