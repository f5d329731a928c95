/**
 * Renders the progress of a batch as lines of any width.
 *
 * @module
 */

import { basename } from "@std/path/posix/basename";
import { escapeControls } from "../../base/text.ts";
import { formatBytes } from "../../base/format_bytes.ts";
import { formatRate } from "../format/sizes.ts";
import { fitText, textWidth } from "../format/text_width.ts";
import { formatClock } from "../format/times.ts";
import { allEnded, doneBytes, type ProgressState, type RunningFile } from "./progress_state.ts";

/** The widest name of a single file, in columns. */
const MAX_LABEL_COLUMNS = 32;
const BAR_COLUMNS = { least: 10, most: 30 };
const GAP = "  ";

/**
 * Percent done, rounded down. It is 100 only after the end event, because a file is verified and
 * renamed after its last byte is in place.
 */
export function percentOf(done: number, total: number | undefined, ended: boolean): number | null {
  if (ended) return 100;
  if (total === undefined) return null;
  return total === 0 ? 0 : Math.max(0, Math.min(99, Math.floor(done / total * 100)));
}

/**
 * Renders the progress: one line for a single file; for several, one of the batch and one that names
 * the running files. No line is wider than `width`, and its fields have the same columns until the
 * end, for all their values.
 */
export function renderProgress(state: ProgressState, width: number, nowMs: number): string[] {
  if (state.files > 1) {
    return [batchLine(state, width, nowMs), namesLine(state, width)];
  }
  const file = [...state.running.values()].at(-1);
  if (file === undefined) return [];
  const label = escapeControls(file.name);
  const labelWidth = Math.min(textWidth(label), labelRoom(width));
  return [renderLine({ label, labelWidth, ...file, ended: false }, state, width, nowMs)];
}

function labelRoom(width: number): number {
  return Math.max(8, Math.min(MAX_LABEL_COLUMNS, Math.floor(width / 3)));
}

function batchLine(state: ProgressState, width: number, nowMs: number): string {
  const label = `${state.endedFiles} of ${state.files} files`;
  const labelWidth = Math.min(textWidth(`${state.files} of ${state.files} files`), width);
  const [done, bytes, ended] = [doneBytes(state), state.bytes, allEnded(state)];
  return renderLine({ label, labelWidth, done, bytes, ended }, state, width, nowMs);
}

/** The failures and the running files, as many as there is room for. */
function namesLine(state: ProgressState, width: number): string {
  const files = [...state.running.values()];
  let line = state.failedFiles > 0 ? `  ${state.failedFiles} failed` : "";
  for (const [shown, file] of files.entries()) {
    const longer = `${line === "" ? "  " : `${line}, `}${nameText(file)}`;
    const rest = files.length - shown - 1;
    const more = rest === 0 ? "" : `, ${rest} more`;
    if (textWidth(longer + more) > width) {
      return shown === 0 ? fitText(longer, width).trimEnd() : `${line}, ${rest + 1} more`;
    }
    line = longer;
  }
  return textWidth(line) <= width ? line : fitText(line, width);
}

function nameText({ name, bytes, done }: RunningFile): string {
  const percent = percentOf(done, bytes, false);
  const last = escapeControls(basename(name));
  const short = textWidth(last) <= MAX_LABEL_COLUMNS ? last : fitText(last, MAX_LABEL_COLUMNS);
  return percent === null ? short : `${short} ${percent} %`;
}

/** The content of a line with a bar. */
interface Line extends Pick<RunningFile, "done" | "bytes"> {
  readonly label: string;
  readonly labelWidth: number;
  readonly ended: boolean;
}

/** The fields of a line, most important first; a narrow terminal shows fewer of them. */
function fieldsOf({ done, bytes, ended }: Line, state: ProgressState, nowMs: number): string[] {
  const perSecond = state.waiting ? undefined : state.rate.perSecond(nowMs);
  const rate = state.waiting ? "waiting" : perSecond === undefined ? "" : formatRate(perSecond);
  const percent = percentOf(done, bytes, ended);
  if (bytes === undefined || percent === null) {
    return [formatBytes(done).padStart(10), rate.padStart(12)];
  }
  const left = perSecond === undefined || perSecond < 1 || ended
    ? ""
    : `${formatClock((bytes - Math.min(done, bytes)) / perSecond)} left`;
  return [
    `${percent} %`.padStart(5),
    rate.padStart(12),
    left.padStart(13),
    `${formatBytes(done)} / ${formatBytes(bytes)}`.padStart(23),
  ];
}

function renderLine(line: Line, state: ProgressState, width: number, nowMs: number): string {
  const fields = fieldsOf(line, state, nowMs);
  const percent = percentOf(line.done, line.bytes, line.ended);
  const hasBar = percent !== null;
  const widthOf = (shown: number) =>
    line.labelWidth + textWidth(fields.slice(0, shown).map((field) => GAP + field).join(""));
  const barRoom = (shown: number) => width - widthOf(shown) - GAP.length;
  let shown = fields.length;
  // A bar says more than the number of bytes, which is the last field.
  while (shown > 1 && widthOf(shown) > width) shown--;
  if (hasBar && shown > 3 && barRoom(shown) < BAR_COLUMNS.least) shown = 3;
  const bar = hasBar && barRoom(shown) >= BAR_COLUMNS.least
    ? [drawBar(percent, Math.min(BAR_COLUMNS.most, barRoom(shown)))]
    : [];
  const label = fitText(line.label, line.labelWidth);
  const text = [label, ...bar, ...fields.slice(0, shown)].join(GAP).trimEnd();
  return textWidth(text) <= width ? text : fitText(text, width);
}

function drawBar(percent: number, columns: number): string {
  const inner = columns - 2;
  const full = Math.floor(inner * percent / 100);
  return `[${"#".repeat(full)}${"-".repeat(inner - full)}]`;
}
