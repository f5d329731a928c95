/**
 * Counts of transfers, for status and metrics.
 *
 * @module
 */

import type { StorePath } from "../storage/store_path.ts";
import { RateWindow } from "./rate_window.ts";

/** The direction of a transfer, from the point of view of the client. */
export type Direction = "get" | "put";

/** The user of a transfer. */
export interface TransferUser {
  readonly user: string;
  /** The peer's address and port. */
  readonly remote: string;
  readonly dialect: string;
}

/** A transfer under way. */
export interface RunningTransfer {
  readonly number: number;
  readonly op: Direction;
  readonly name: StorePath;
  readonly by: TransferUser;
  /** Size in bytes; absent if it is not known. */
  readonly bytes: number | undefined;
  /** Bytes that are in place. */
  readonly bytesDone: number;
  /** Bytes that were transferred. */
  readonly rate: RateWindow;
  readonly startedAt: Date;
}

/** Counts since the server started, and the transfers under way. */
export class TransferCounts {
  /** Transfers under way, in the order of their start. */
  readonly underWay: Set<RunningTransfer> = new Set();
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

  /** The number of transfers under way. */
  get running(): Readonly<Record<Direction, number>> {
    const running = { get: 0, put: 0 };
    for (const { op } of this.underWay) running[op]++;
    return running;
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
