/**
 * Progress as state: events go in, a pure picture of any width comes out.
 *
 * @module
 */

import { escapeControls } from "../../base/text.ts";
import type { TransferEvent } from "../../client/remote/transfer_events.ts";
import { formatBytes, formatClock, formatRate } from "../format/sizes.ts";
import { fitText, textWidth } from "../format/text_width.ts";

/** One file on its way. */
export interface RunningFile {
  readonly name: string;
  /** Its size, absent while unknown. */
  bytes: number | undefined;
  /** Bytes in place. */
  done: number;
  /** Bytes that crossed the network. */
  moved: number;
  rate: Rate;
}

/** Bytes a second, smoothed. */
export interface Rate {
  /** `undefined` until something can be said. */
  perSecond: number | undefined;
  sampledAtMs: number;
  sampledMoved: number;
}

/** What is known of a batch. */
export interface ProgressState {
  startedAtMs: number;
  /** Files to do in all; 0 until the plan is known. */
  files: number;
  /** Bytes to do in all, absent while unknown. */
  bytes: number | undefined;
  endedFiles: number;
  failedFiles: number;
  /** Bytes in place, and moved, of files that ended. */
  endedBytes: number;
  endedMoved: number;
  rate: Rate;
  readonly running: Map<string, RunningFile>;
}

/** Milliseconds after which an old rate counts a third. */
const SMOOTHING_MS = 3000;
/** Milliseconds between two samples, at least: shorter spans say little. */
const SAMPLE_MS = 200;
/** Files shown one by one. */
const MAX_SHOWN_FILES = 8;

/** Progress before anything happened. */
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

/** Takes one event into the state. */
export function applyEvent(state: ProgressState, event: TransferEvent, nowMs: number): void {
  switch (event.kind) {
    case "plan":
      state.files = event.files;
      state.bytes = event.bytes;
      break;
    case "start":
      // A file that starts again begins anew: nothing it had is counted twice.
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

/** Brings the rates up to now. */
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
  // What failed midway is taken off again; that is not a rate.
  const now = Math.max(0, moved - rate.sampledMoved) / span * 1000;
  const fresh = 1 - Math.exp(-span / SMOOTHING_MS);
  rate.perSecond = rate.perSecond === undefined
    ? now
    : rate.perSecond + fresh * (now - rate.perSecond);
  rate.sampledAtMs = nowMs;
  rate.sampledMoved = moved;
}

/**
 * Percent done, rounded down, and never 100 before the end was told: the last byte in place is
 * not yet a file that was checked and named.
 */
export function percentOf(done: number, total: number | undefined, ended: boolean): number | null {
  if (ended) return 100;
  if (total === undefined) return null;
  return total === 0 ? 0 : Math.max(0, Math.min(99, Math.floor(done / total * 100)));
}

/** Bytes in place, over the whole batch. */
export function doneBytes(state: ProgressState): number {
  let done = state.endedBytes;
  for (const file of state.running.values()) done += file.done;
  return done;
}

/** Whether every planned file ended well. */
export function allEnded(state: ProgressState): boolean {
  return state.files > 0 && state.endedFiles >= state.files && state.failedFiles === 0;
}

/** Seconds left at this rate, or `null` when nothing can be said. */
export function secondsLeft(done: number, total: number | undefined, rate: Rate): number | null {
  if (total === undefined || rate.perSecond === undefined || rate.perSecond < 1) return null;
  return Math.max(0, total - done) / rate.perSecond;
}

interface Line {
  readonly label: string;
  readonly done: number;
  readonly total: number | undefined;
  readonly ended: boolean;
  readonly rate: Rate;
}

/**
 * Draws the state: a line for the batch where there are several files, and one for each that is
 * on its way. No line is wider than `width`.
 */
export function renderProgress(state: ProgressState, width: number): string[] {
  const files = [...state.running.values()];
  const lines: Line[] = files.slice(0, MAX_SHOWN_FILES).map((file) => ({
    label: escapeControls(file.name),
    done: file.done,
    total: file.bytes,
    ended: false,
    rate: file.rate,
  }));
  if (state.files > 1) lines.unshift(batchLine(state));
  return lines.map((line) => renderLine(line, width));
}

function batchLine(state: ProgressState): Line {
  const failed = state.failedFiles > 0 ? `, ${state.failedFiles} failed` : "";
  return {
    label: `${state.endedFiles} of ${state.files} files${failed}`,
    done: doneBytes(state),
    total: state.bytes,
    ended: allEnded(state),
    rate: state.rate,
  };
}

/** The facts of a line, the most wanted first; a narrow terminal gets fewer of them. */
function facts(line: Line): string[] {
  const percent = percentOf(line.done, line.total, line.ended);
  const left = secondsLeft(line.done, line.total, line.rate);
  const total = line.total === undefined ? "" : ` / ${formatBytes(line.total)}`;
  return [
    percent === null ? formatBytes(line.done) : `${percent} %`.padStart(5),
    line.rate.perSecond === undefined ? "" : formatRate(line.rate.perSecond).padStart(12),
    left === null ? "" : `${formatClock(left)} left`.padStart(9),
    percent === null ? "" : `${formatBytes(line.done)}${total}`.padStart(21),
  ];
}

function renderLine(line: Line, width: number): string {
  const label = Math.max(8, Math.min(32, Math.floor(width / 3)));
  const all = facts(line).filter((fact) => fact !== "");
  let shown = all.length;
  const right = () => all.slice(0, shown).join("  ");
  while (shown > 1 && label + 2 + textWidth(right()) > width) shown--;
  const room = width - label - 4 - textWidth(right());
  const percent = percentOf(line.done, line.total, line.ended);
  const bar = room >= 10 && percent !== null ? `${drawBar(percent, Math.min(30, room))}  ` : "";
  const text = `${fitText(line.label, label)}  ${bar}${right()}`;
  return textWidth(text) <= width ? text : fitText(text, width);
}

function drawBar(percent: number, columns: number): string {
  const inner = columns - 2;
  const full = Math.floor(inner * percent / 100);
  return `[${"#".repeat(full)}${"-".repeat(inner - full)}]`;
}
