/**
 * Progress as plain lines, for where nothing can move: at the start, every 10 %, at the end.
 *
 * @module
 */

import type { TransferEvent } from "../../client/remote/transfer_events.ts";
import { allEnded, doneBytes, percentOf, type ProgressState } from "./progress_state.ts";
import { formatBytes, formatRate } from "../format/sizes.ts";

/** Above this many files each one is no longer worth lines of its own. */
const MAX_NAMED_FILES = 20;
const STEP_PERCENT = 10;

/** Tells which lines an event is worth. It remembers which steps were told. */
export class PlainProgress {
  readonly #told = new Map<string, number>();
  #batchTold = -1;

  /**
   * The lines for an event.
   *
   * @param state The state after the event.
   */
  lines(event: TransferEvent, state: ProgressState): string[] {
    return state.files > MAX_NAMED_FILES ? this.#batch(state) : this.#file(event, state);
  }

  #batch(state: ProgressState): string[] {
    const percent = percentOf(doneBytes(state), state.bytes, allEnded(state)) ?? 0;
    const step = Math.floor(percent / STEP_PERCENT) * STEP_PERCENT;
    if (step <= this.#batchTold) return [];
    this.#batchTold = step;
    const rate = state.rate.perSecond === undefined ? "" : `, ${formatRate(state.rate.perSecond)}`;
    return [`${step} %, ${state.endedFiles} of ${state.files} files${rate}`];
  }

  #file(event: TransferEvent, state: ProgressState): string[] {
    switch (event.kind) {
      case "start": {
        this.#told.set(event.name, 0);
        const size = event.bytes === undefined ? "" : ` (${formatBytes(event.bytes)})`;
        return [`${event.op} ${event.name}${size}`];
      }
      case "progress":
        return this.#step(event.name, state);
      case "end":
        this.#told.delete(event.name);
        return [`${event.name}: 100 %`];
      case "failed":
        this.#told.delete(event.name);
        return [];
      default:
        return [];
    }
  }

  #step(name: string, state: ProgressState): string[] {
    const file = state.running.get(name);
    const percent = file === undefined ? null : percentOf(file.done, file.bytes, false);
    if (file === undefined || percent === null) return [];
    const step = Math.floor(percent / STEP_PERCENT) * STEP_PERCENT;
    if (step <= (this.#told.get(name) ?? 0)) return [];
    this.#told.set(name, step);
    const rate = file.rate.perSecond === undefined ? "" : `, ${formatRate(file.rate.perSecond)}`;
    return [`${name}: ${step} %${rate}`];
  }
}
