/**
 * Reports how far one transfer is.
 *
 * @module
 */

import type { OnTransferEvent, TransferOp } from "./transfer_events.ts";

/** The progress of one file. */
export class Progress {
  readonly #onEvent: OnTransferEvent;
  readonly #op: TransferOp;
  readonly #name: string;
  readonly #startedMs: number = performance.now();
  #done = 0;
  #moved = 0;

  /** @param bytes The file's size, where it is known. */
  constructor(onEvent: OnTransferEvent, op: TransferOp, name: string, bytes: number | undefined) {
    this.#onEvent = onEvent;
    this.#op = op;
    this.#name = name;
    onEvent({ kind: "start", op, name, bytes });
  }

  /** Content bytes that crossed the network. */
  get moved(): number {
    return this.#moved;
  }

  /** Seconds since the start. */
  get seconds(): number {
    return (performance.now() - this.#startedMs) / 1000;
  }

  /** Counts bytes that are in place, and how many of them crossed the network. */
  add(bytes: number, moved: number): void {
    this.#done += bytes;
    this.#moved += moved;
    this.#report();
  }

  /** Starts again from nothing; moved bytes stay counted. */
  restart(): void {
    this.#done = 0;
    this.#report();
  }

  #report(): void {
    this.#onEvent({
      kind: "progress",
      op: this.#op,
      name: this.#name,
      done: this.#done,
      moved: this.#moved,
    });
  }
}
