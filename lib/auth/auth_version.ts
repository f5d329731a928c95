/**
 * Detects changes of users, tokens and rules.
 *
 * @module
 */

import type { DatabaseSync, StatementSync } from "node:sqlite";
import { AUTH_LOOK_MS } from "../base/limits.ts";

/** The version of a database that other processes change. */
export class AuthVersion {
  readonly #look: StatementSync;
  readonly #now: () => number;
  #lookedAtMs = -Infinity;
  #seen = NaN;
  #version = 0;

  /**
   * @param database See `openAuthDatabase`; the caller closes it.
   * @param now Milliseconds of a monotonic clock.
   */
  constructor(database: DatabaseSync, now: () => number = () => performance.now()) {
    this.#look = database.prepare("PRAGMA data_version");
    this.#now = now;
  }

  /** Notes a change by this process, which its own database connection does not report. */
  changed(): void {
    this.#version++;
  }

  /** A number that grows with each change; up to {@linkcode AUTH_LOOK_MS} old. */
  get current(): number {
    const nowMs = this.#now();
    if (nowMs - this.#lookedAtMs < AUTH_LOOK_MS) return this.#version;
    this.#lookedAtMs = nowMs;
    const seen = Number(this.#look.get()!.data_version);
    if (seen !== this.#seen) this.#version++;
    this.#seen = seen;
    return this.#version;
  }
}
