/**
 * Counts of transfers, for status and metrics.
 *
 * @module
 */

import { RateWindow } from "./rate_window.ts";

/** The direction of a transfer, from the point of view of the client. */
export type Direction = "get" | "put";

/** Counts since the server started. All but the number of running transfers only grow. */
export class TransferCounts {
  /** Running transfers. */
  readonly running: Record<Direction, number> = { get: 0, put: 0 };
  /** Completed transfers. */
  readonly done: Record<Direction, number> = { get: 0, put: 0 };
  /** Failed transfers. */
  readonly failed: Record<Direction, number> = { get: 0, put: 0 };
  /** Content bytes transferred. */
  readonly bytes: Record<Direction, number> = { get: 0, put: 0 };
  /** Rates of content bytes. */
  readonly rate: Readonly<Record<Direction, RateWindow>> = {
    get: new RateWindow(),
    put: new RateWindow(),
  };
  /** Refused file requests, by error code. */
  readonly refusals: Map<string, number> = new Map();
  readonly #downloaded = Promise.withResolvers<void>();
  #last = 0;

  /** Resolves at the first completed download. */
  get downloaded(): Promise<void> {
    return this.#downloaded.promise;
  }

  /** Returns the number of the next transfer. */
  next(): number {
    return ++this.#last;
  }

  /** Counts a completed transfer. @param partial Whether it is a part of a download. */
  completed(op: Direction, partial = false): void {
    this.done[op]++;
    if (op === "get" && !partial) this.#downloaded.resolve();
  }

  /** Counts transferred content. */
  moved(op: Direction, bytes: number): void {
    this.bytes[op] += bytes;
    this.rate[op].add(bytes);
  }

  /** Counts a refusal. */
  refused(code: string): void {
    this.refusals.set(code, (this.refusals.get(code) ?? 0) + 1);
  }
}
