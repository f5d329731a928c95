/**
 * Progress as plain lines, for output that cannot move: at the start, every 10 %, and at the end.
 *
 * @module
 */

import type { TransferEvent } from "../../client/remote/transfer_events.ts";
import { formatBytes } from "../../base/format_bytes.ts";
import { formatRate } from "../format/sizes.ts";
import { percentOf } from "./progress_lines.ts";
import { allEnded, doneBytes, type ProgressState } from "./progress_state.ts";

/** Above this many files, only the batch has lines. */
const MAX_NAMED_FILES = 20;
const STEP_PERCENT = 10;

/** Turns events into lines, and prints each step once. */
export class PlainProgress {
  readonly #steps = new Map<string, number>();
  #batchStep = -1;

  /**
   * The lines for an event.
   *
   * @param state The state after the event.
   */
  lines(event: TransferEvent, state: ProgressState, nowMs: number): string[] {
    const batch = state.files > MAX_NAMED_FILES;
    return batch ? this.#batch(state, nowMs) : this.#file(event, state, nowMs);
  }

  #batch(state: ProgressState, nowMs: number): string[] {
    const percent = percentOf(doneBytes(state), state.bytes, allEnded(state)) ?? 0;
    const step = Math.floor(percent / STEP_PERCENT) * STEP_PERCENT;
    if (step <= this.#batchStep) return [];
    this.#batchStep = step;
    return [`${step} %, ${state.endedFiles} of ${state.files} files${rateText(state, nowMs)}`];
  }

  #file(event: TransferEvent, state: ProgressState, nowMs: number): string[] {
    switch (event.kind) {
      case "start": {
        this.#steps.set(event.name, 0);
        const size = event.bytes === undefined ? "" : ` (${formatBytes(event.bytes)})`;
        return [`${event.op} ${event.name}${size}`];
      }
      case "progress":
        return this.#step(event.name, state, nowMs);
      case "end":
        this.#steps.delete(event.name);
        return [`${event.name}: 100 %`];
      case "failed":
        this.#steps.delete(event.name);
        return [];
      default:
        return [];
    }
  }

  #step(name: string, state: ProgressState, nowMs: number): string[] {
    const file = state.running.get(name);
    const percent = file === undefined ? null : percentOf(file.done, file.bytes, false);
    if (file === undefined || percent === null) return [];
    const step = Math.floor(percent / STEP_PERCENT) * STEP_PERCENT;
    if (step <= (this.#steps.get(name) ?? 0)) return [];
    this.#steps.set(name, step);
    // The rate is that of all files together.
    return [`${name}: ${step} %${state.files > 1 ? "" : rateText(state, nowMs)}`];
  }
}

function rateText({ rate }: ProgressState, nowMs: number): string {
  const perSecond = rate.perSecond(nowMs);
  return perSecond === undefined ? "" : `, ${formatRate(perSecond)}`;
}
