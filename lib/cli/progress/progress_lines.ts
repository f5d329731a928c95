/**
 * Renders the progress of a batch as lines of any width.
 *
 * @module
 */

import { escapeControls } from "../../base/text.ts";
import { formatBytes } from "../../base/format_bytes.ts";
import { formatRate } from "../format/sizes.ts";
import { fitText, textWidth } from "../format/text_width.ts";
import { formatClock } from "../format/times.ts";
import { allEnded, doneBytes, type ProgressState, type Rate } from "./progress_state.ts";

/** Files that have a line of their own. */
const MAX_SHOWN_FILES = 8;

/**
 * Percent done, rounded down. It is 100 only after the end event, because a file is verified and
 * renamed after its last byte is in place.
 */
export function percentOf(done: number, total: number | undefined, ended: boolean): number | null {
  if (ended) return 100;
  if (total === undefined) return null;
  return total === 0 ? 0 : Math.max(0, Math.min(99, Math.floor(done / total * 100)));
}

/** Seconds left at this rate, or `null` if they cannot be estimated. */
function secondsLeft(done: number, total: number | undefined, rate: Rate): number | null {
  if (total === undefined || rate.perSecond === undefined || rate.perSecond < 1) return null;
  return Math.max(0, total - done) / rate.perSecond;
}

/** The content of a line. */
interface Line {
  readonly label: string;
  readonly done: number;
  readonly total: number | undefined;
  readonly ended: boolean;
  readonly rate: Rate;
}

/**
 * Renders a line for the batch if it has several files, and one for each running file. No line is
 * wider than `width`.
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
  let labelWidth = Math.max(8, Math.min(32, Math.floor(width / 3)));
  if (state.files > 1) lines.unshift(batchLine(state));
  // The bar gets the columns that a single name leaves; lines of a batch keep theirs aligned.
  else labelWidth = Math.min(labelWidth, ...lines.map(({ label }) => textWidth(label)));
  return lines.map((line) => renderLine(line, labelWidth, width));
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

/** The fields of a line, most important first; a narrow terminal shows fewer of them. */
function fieldsOf(line: Line): string[] {
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

function renderLine(line: Line, labelWidth: number, width: number): string {
  const all = fieldsOf(line).filter((field) => field !== "");
  let shown = all.length;
  const right = () => all.slice(0, shown).join("  ");
  while (shown > 1 && labelWidth + 2 + textWidth(right()) > width) shown--;
  const room = width - labelWidth - 4 - textWidth(right());
  const percent = percentOf(line.done, line.total, line.ended);
  const bar = room >= 10 && percent !== null ? `${drawBar(percent, Math.min(30, room))}  ` : "";
  const text = `${fitText(line.label, labelWidth)}  ${bar}${right()}`;
  return textWidth(text) <= width ? text : fitText(text, width);
}

function drawBar(percent: number, columns: number): string {
  const inner = columns - 2;
  const full = Math.floor(inner * percent / 100);
  return `[${"#".repeat(full)}${"-".repeat(inner - full)}]`;
}
