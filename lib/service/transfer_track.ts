/**
 * The log lines of a transfer: its start, each tenth, its end.
 *
 * @module
 */

import type { Logger } from "../base/log.ts";
import { asFtError } from "../base/os_errors.ts";
import { Tenths } from "../base/tenths.ts";
import type { StorePath } from "../storage/store_path.ts";
import type { FileObserver } from "./file_event.ts";
import { RateWindow } from "./rate_window.ts";
import type {
  Direction,
  RunningTransfer,
  TransferCounts,
  TransferUser,
} from "./transfer_counts.ts";
import type { UnfinishedTransfers } from "./unfinished_transfers.ts";

/** The properties of a transfer. */
export interface TransferFacts {
  readonly op: Direction;
  /** The path, never as a peer spells it, because permissions are checked for it. */
  readonly name: StorePath;
  /** Size in bytes; absent if it is not known. */
  readonly bytes: number | undefined;
  /** Whether a download ends before the end of the file, as its client wants. @default {false} */
  readonly partial?: boolean | undefined;
}

/** Where transfers are reported. */
export interface TransferAudience {
  readonly log: Logger;
  readonly counts: TransferCounts;
  readonly by: TransferUser;
  /** Learns how each call has ended. @default nobody has to know */
  readonly observe?: FileObserver | undefined;
  /** Counts transfers that are not done. @default they are not counted */
  readonly unfinished?: UnfinishedTransfers | undefined;
}

/** Follows a transfer from its start. Only the first end is reported. */
export class TransferTrack implements RunningTransfer {
  readonly number: number;
  readonly by: TransferUser;
  readonly rate: RateWindow = new RateWindow();
  readonly startedAt: Date = new Date();
  readonly #facts: TransferFacts;
  readonly #log: Logger;
  readonly #counts: TransferCounts;
  readonly #observe: FileObserver | undefined;
  readonly #succeeded: (() => void) | undefined;
  readonly #tenths: Tenths;
  readonly #started = performance.now();
  #done = 0;
  #moved = 0;
  #ended = false;

  constructor(facts: TransferFacts, audience: TransferAudience) {
    const { log, counts, observe, unfinished, by } = audience;
    const { op, name, bytes } = facts;
    this.#facts = facts;
    this.#tenths = new Tenths(bytes);
    this.#counts = counts;
    this.#observe = observe;
    this.#succeeded = unfinished?.begin();
    this.by = by;
    this.number = counts.next();
    this.#log = log.with({ transfer: this.number, op, name });
    counts.underWay.add(this);
    this.#log.info("transfer.start", { bytes });
  }

  get op(): Direction {
    return this.#facts.op;
  }

  get name(): StorePath {
    return this.#facts.name;
  }

  get bytes(): number | undefined {
    return this.#facts.bytes;
  }

  get bytesDone(): number {
    return this.#done;
  }

  /** Counts content bytes received or sent. */
  moved(bytes: number): void {
    this.#moved += bytes;
    this.rate.add(bytes);
    this.#counts.moved(this.#facts.op, bytes);
    this.kept(bytes);
  }

  /** Counts content bytes that are in place, including those that were not transferred. */
  kept(bytes: number): void {
    this.#done += bytes;
    const percent = this.#tenths.reached(this.#done);
    if (percent === undefined) return;
    this.#log.info("transfer.progress", { percent, done: this.#done, bytes: this.#facts.bytes });
  }

  /** Reports success. */
  done(facts: { readonly bytes: number; readonly root: string | undefined }): void {
    if (this.#end()) this.#counts.completed(this.#facts.op, this.#facts.partial);
    else return;
    const { op, name } = this.#facts;
    this.#succeeded?.();
    this.#log.info("transfer.end", { ...facts, ...this.#pace(), result: "done" });
    this.#observe?.({ op, name, ...facts, result: "done" });
  }

  /** Reports a failure. A peer that stops or disconnects is routine, so it is no warning. */
  failed(error: unknown): void {
    if (!this.#end()) return;
    this.#counts.failed[this.#facts.op]++;
    const { code, message } = asFtError(error);
    const level = code === "interrupted" || code === "network" ? "info" : "warning";
    this.#log[level]("transfer.end", { done: this.#done, ...this.#pace(), result: code, message });
    const { op, name } = this.#facts;
    this.#observe?.({ op, name, result: code });
  }

  #end(): boolean {
    if (this.#ended) return false;
    this.#ended = true;
    this.#counts.underWay.delete(this);
    return true;
  }

  #pace(): { moved: number; seconds: number; rate: number } {
    return pace(this.#moved, performance.now() - this.#started);
  }
}

/** Bytes moved, seconds, and bytes per second, as log fields. */
export function pace(moved: number, ms: number): { moved: number; seconds: number; rate: number } {
  const seconds = Math.max(ms, 0.001) / 1000;
  return { moved, seconds: Number(seconds.toFixed(3)), rate: Math.round(moved / seconds) };
}
