/**
 * The progress of a batch as state, which transfer events update.
 *
 * @module
 */

import type { TransferEvent } from "../../client/remote/transfer_events.ts";

/** A file being transferred. */
export interface RunningFile {
  readonly name: string;
  /** Its size; `undefined` while unknown. */
  bytes: number | undefined;
  /** Bytes in place. */
  done: number;
  /** Wire bytes. */
  moved: number;
  rate: Rate;
}

/** A smoothed rate in bytes per second. */
export interface Rate {
  /** `undefined` before the first sample. */
  perSecond: number | undefined;
  sampledAtMs: number;
  sampledMoved: number;
}

/** The progress of a batch. */
export interface ProgressState {
  startedAtMs: number;
  /** Files in the batch; 0 until the plan is known. */
  files: number;
  /** Bytes in the batch; `undefined` while unknown. */
  bytes: number | undefined;
  endedFiles: number;
  failedFiles: number;
  /** Bytes in place, and wire bytes, of files that have ended. */
  endedBytes: number;
  endedMoved: number;
  rate: Rate;
  readonly running: Map<string, RunningFile>;
}

/** Milliseconds after which an old rate has a weight of 1/e. */
const SMOOTHING_MS = 3000;
/** Shortest time between two samples in milliseconds: shorter spans give noisy rates. */
const SAMPLE_MS = 200;

/** The progress before the first event. */
export function startProgress(nowMs: number): ProgressState {
  return {
    startedAtMs: nowMs,
    files: 0,
    bytes: undefined,
    endedFiles: 0,
    failedFiles: 0,
    endedBytes: 0,
    endedMoved: 0,
    rate: startRate(nowMs),
    running: new Map(),
  };
}

function startRate(nowMs: number): Rate {
  return { perSecond: undefined, sampledAtMs: nowMs, sampledMoved: 0 };
}

/** Updates the state by one event. */
export function applyEvent(state: ProgressState, event: TransferEvent, nowMs: number): void {
  switch (event.kind) {
    case "plan":
      state.files = event.files;
      state.bytes = event.bytes;
      break;
    case "start":
      // A file that starts again counts from zero, so that no byte counts twice.
      state.running.set(event.name, {
        name: event.name,
        bytes: event.bytes,
        done: 0,
        moved: 0,
        rate: startRate(nowMs),
      });
      break;
    case "progress": {
      const file = state.running.get(event.name);
      if (file !== undefined) [file.done, file.moved] = [event.done, event.moved];
      break;
    }
    case "end":
      state.running.delete(event.name);
      state.endedFiles++;
      state.endedBytes += event.bytes;
      state.endedMoved += event.moved;
      break;
    case "failed":
      state.running.delete(event.name);
      state.failedFiles++;
      break;
    default:
  }
}

/** Samples the rates. */
export function sampleRates(state: ProgressState, nowMs: number): void {
  let moved = state.endedMoved;
  for (const file of state.running.values()) {
    sample(file.rate, file.moved, nowMs);
    moved += file.moved;
  }
  sample(state.rate, moved, nowMs);
}

function sample(rate: Rate, moved: number, nowMs: number): void {
  const span = nowMs - rate.sampledAtMs;
  if (span < SAMPLE_MS) return;
  // Bytes of a file that failed are subtracted again; a rate is never negative.
  const now = Math.max(0, moved - rate.sampledMoved) / span * 1000;
  const fresh = 1 - Math.exp(-span / SMOOTHING_MS);
  rate.perSecond = rate.perSecond === undefined
    ? now
    : rate.perSecond + fresh * (now - rate.perSecond);
  rate.sampledAtMs = nowMs;
  rate.sampledMoved = moved;
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
