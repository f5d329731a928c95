/**
 * The progress of a batch as state, which transfer events update.
 *
 * @module
 */

import type { TransferEvent } from "../../client/remote/transfer_events.ts";
import { RateEstimate } from "./rate_estimate.ts";

/** A file being transferred. */
export interface RunningFile {
  readonly name: string;
  /** Its size; `undefined` while unknown. */
  bytes: number | undefined;
  /** Bytes in place. */
  done: number;
  /** Content bytes that crossed the network. */
  moved: number;
}

/** The progress of a batch. */
export interface ProgressState {
  /** Files in the batch; 0 until the plan is known. */
  files: number;
  /** Bytes in the batch; `undefined` while unknown. */
  bytes: number | undefined;
  endedFiles: number;
  failedFiles: number;
  /** Bytes in place of files that have ended. */
  endedBytes: number;
  /** Content bytes that crossed the network, with those of files that failed or started again. */
  moved: number;
  /** The rate of the whole batch. */
  readonly rate: RateEstimate;
  /** Whether the next attempt after an error has not started yet. */
  waiting: boolean;
  readonly running: Map<string, RunningFile>;
}

/** The progress before the first event. */
export function startProgress(): ProgressState {
  return {
    files: 0,
    bytes: undefined,
    endedFiles: 0,
    failedFiles: 0,
    endedBytes: 0,
    moved: 0,
    rate: new RateEstimate(),
    waiting: false,
    running: new Map(),
  };
}

/** Updates the state by one event. */
export function applyEvent(state: ProgressState, event: TransferEvent, nowMs: number): void {
  switch (event.kind) {
    case "plan":
      state.files = event.files;
      state.bytes = event.bytes;
      return;
    case "start":
      resumed(state);
      // A file that starts again counts from zero, so that no byte is in place twice.
      state.running.set(event.name, { name: event.name, bytes: event.bytes, done: 0, moved: 0 });
      return;
    case "progress": {
      resumed(state);
      const file = state.running.get(event.name);
      if (file === undefined) return;
      addMoved(state, event.moved - file.moved, nowMs);
      [file.done, file.moved] = [event.done, event.moved];
      return;
    }
    case "end":
      resumed(state);
      addMoved(state, event.moved - (state.running.get(event.name)?.moved ?? 0), nowMs);
      state.running.delete(event.name);
      state.endedFiles++;
      state.endedBytes += event.bytes;
      return;
    case "failed":
      state.running.delete(event.name);
      state.failedFiles++;
      return;
    case "retry":
      state.waiting = true;
      return;
    default:
  }
}

/** Ends a wait, which is no part of the rate. */
function resumed(state: ProgressState): void {
  if (!state.waiting) return;
  state.waiting = false;
  state.rate.restart();
}

function addMoved(state: ProgressState, moved: number, nowMs: number): void {
  state.moved += Math.max(0, moved);
  state.rate.add(state.moved, nowMs);
}

/** Bytes in place in the whole batch. */
export function doneBytes(state: ProgressState): number {
  let done = state.endedBytes;
  for (const file of state.running.values()) done += file.done;
  return done;
}

/** Whether every planned file ended without an error. */
export function allEnded(state: ProgressState): boolean {
  return state.files > 0 && state.endedFiles >= state.files && state.failedFiles === 0;
}
