/**
 * How much was transferred, for status and metrics.
 *
 * @module
 */

import { RateWindow } from "./rate_window.ts";

/** Which way content goes, as the client sees it. */
export type Direction = "get" | "put";

/** Counts since the server started; all of them only grow, but for what is under way. */
export class TransferCounts {
  /** Transfers under way. */
  readonly running: Record<Direction, number> = { get: 0, put: 0 };
  /** Transfers that ended well. */
  readonly done: Record<Direction, number> = { get: 0, put: 0 };
  /** Transfers that did not. */
  readonly failed: Record<Direction, number> = { get: 0, put: 0 };
  /** Content bytes that moved. */
  readonly bytes: Record<Direction, number> = { get: 0, put: 0 };
  /** How fast content moves. */
  readonly rate: Readonly<Record<Direction, RateWindow>> = {
    get: new RateWindow(),
    put: new RateWindow(),
  };
  /** Requests for files that were refused, by error code. */
  readonly refusals: Map<string, number> = new Map();
  #last = 0;

  /** A number for the next transfer. */
  next(): number {
    return ++this.#last;
  }

  /** Counts content that moved. */
  moved(op: Direction, bytes: number): void {
    this.bytes[op] += bytes;
    this.rate[op].add(bytes);
  }

  /** Counts a refusal. */
  refused(code: string): void {
    this.refusals.set(code, (this.refusals.get(code) ?? 0) + 1);
  }
}
