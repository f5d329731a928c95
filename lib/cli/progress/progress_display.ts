/**
 * Shows the progress of a batch on stderr, in the requested style if stderr supports it.
 *
 * @module
 */

import type { OnTransferEvent, TransferEvent } from "../../client/remote/transfer_events.ts";
import { type Output, paint } from "../terminal/output.ts";
import { JsonProgress } from "./progress_json.ts";
import { renderProgress } from "./progress_lines.ts";
import { PlainProgress } from "./progress_plain.ts";
import { applyEvent, type ProgressState, startProgress } from "./progress_state.ts";
import { retryText } from "./retry_text.ts";

/** The styles of `--progress`. */
export type ProgressStyle = "auto" | "bar" | "plain" | "json" | "none";

/** A progress display; disposing it removes its moving lines. */
export interface ProgressDisplay extends Disposable {
  readonly onEvent: OnTransferEvent;
}

/** Shortest time between two redraws in milliseconds. */
const REDRAW_MS = 100;

/** The style to use: no bar where stderr cannot move lines, and none at all when quiet. */
export function possibleStyle(
  requested: ProgressStyle,
  out: { readonly quiet: boolean; readonly moving: boolean },
): "bar" | "plain" | "json" | "none" {
  if (out.quiet) return "none";
  if (requested === "auto" || requested === "bar") return out.moving ? "bar" : "plain";
  return requested;
}

/**
 * Starts a display.
 *
 * @param now The clock, in milliseconds since 1970.
 */
export function showProgress(
  requested: ProgressStyle,
  out: Output,
  now: () => number = Date.now,
): ProgressDisplay {
  const style = possibleStyle(requested, out);
  if (style === "json") return jsonDisplay(out, now);
  const state = startProgress();
  const show = style === "bar" ? barDisplay(state, out, now) : plainDisplay(state, out, style, now);
  const onEvent = (event: TransferEvent) => {
    applyEvent(state, event, now());
    printNotice(event, out, now());
    show.onEvent(event);
  };
  return { onEvent, [Symbol.dispose]: () => show[Symbol.dispose]() };
}

function printNotice(event: TransferEvent, out: Output, nowMs: number): void {
  if (event.kind === "retry") out.notice(paint("yellow", retryText(event, nowMs)));
  else if (event.kind === "notice") out.notice(event.text);
}

function barDisplay(state: ProgressState, out: Output, now: () => number): ProgressDisplay {
  let drawnMs = -Infinity;
  const draw = () => {
    drawnMs = now();
    out.live(renderProgress(state, out.columns - 1, drawnMs).map((line) => [line]), state);
  };
  // A fast transfer leaves no time for timers, and a silent one has no events.
  const timer = setInterval(draw, REDRAW_MS);
  return {
    onEvent: (event) => {
      const drawsNow = event.kind === "progress" || event.kind === "end";
      if (drawsNow && now() - drawnMs >= REDRAW_MS) draw();
    },
    [Symbol.dispose]() {
      clearInterval(timer);
      out.live([], state);
    },
  };
}

function plainDisplay(
  state: ProgressState,
  out: Output,
  style: "plain" | "none",
  now: () => number,
): ProgressDisplay {
  const plain = new PlainProgress();
  return {
    onEvent: (event) => {
      if (style === "none") return;
      for (const line of plain.lines(event, state, now())) out.notice(line);
    },
    [Symbol.dispose]() {},
  };
}

function jsonDisplay(out: Output, now: () => number): ProgressDisplay {
  const json = new JsonProgress();
  return {
    onEvent: (event) => {
      const object = json.object(event, now());
      if (object !== null) out.noticeObject(object);
    },
    [Symbol.dispose]() {},
  };
}
