/**
 * Shows what `watch` does: one line that moves on a terminal, and lines elsewhere.
 *
 * @module
 */

import { formatBytes } from "../../base/format_bytes.ts";
import type { BatchOutcome, OnTransferEvent } from "../../client/remote/transfer_events.ts";
import type { WatchListener, WatchState } from "../../client/transfer/watch/watch_request.ts";
import { clockTime, formatSeconds } from "../format/times.ts";
import { transferLog } from "../log/transfer_log.ts";
import { retryText } from "../progress/retry_text.ts";
import { reportError } from "../terminal/error_report.ts";
import { type Output, paint } from "../terminal/output.ts";
import type { ClientContext } from "./client_context.ts";
import { printRemoved } from "./removed_names.ts";
import { resultObject } from "./transfer_command.ts";

/** Reports a watch. Disposing it clears the line. */
export class WatchReport implements WatchListener, Disposable {
  readonly onEvent: OnTransferEvent;
  readonly #out: Output;
  readonly #title: string;
  /** The errors that were reported, by name: each is reported once. */
  readonly #reported = new Map<string, string>();
  #last = "";

  /** @param title Names both folders. */
  constructor({ out, log }: Pick<ClientContext, "out" | "log">, title: string) {
    this.#out = out;
    this.#title = title;
    const logEvent = transferLog(log);
    this.onEvent = (event) => {
      logEvent(event);
      switch (event.kind) {
        case "end":
          return this.#sent(event);
        case "removed":
          printRemoved(event, out);
          if (!out.json) out.notice(`removed ${event.name}`);
          return;
        case "retry":
          return out.notice(paint("yellow", retryText(event, Date.now())));
        case "notice":
          return out.notice(event.text);
        case "progress":
          return this.#show(`sending ${event.name}`);
        default:
      }
    };
  }

  /** A file whose content is there already is not news. */
  #sent(event: Parameters<typeof resultObject>[0]): void {
    this.#reported.delete(event.path);
    if (event.moved === 0) return;
    this.#out.report(resultObject(event), `sent ${event.name} (${formatBytes(event.moved)})`);
  }

  /** Reports the state. */
  onState(state: WatchState): void {
    const text = stateText(state);
    this.#show(text);
    // Programs wait for the state after each change; people read it once.
    if (state.kind === "sending" && this.#out.json) this.#last = "";
    if (state.kind === "sending" || text === this.#last) return;
    this.#last = text;
    if (this.#out.json) this.#out.object(stateObject(state));
    else if (state.kind !== "equal" || !this.#out.moving) {
      this.#out.notice(state.kind === "equal" ? `${this.#title}: ${text}` : paint("yellow", text));
    }
  }

  /** Reports each failure once. */
  onOutcome({ failed, refused }: BatchOutcome): void {
    const errors = failed.map(({ name, error }) => [name, error] as const);
    for (
      const [name, error] of refused === undefined ? errors : [...errors, ["", refused] as const]
    ) {
      if (this.#reported.get(name) === error.message) continue;
      this.#reported.set(name, error.message);
      reportError("ftclient", error, this.#out);
    }
    if (refused === undefined) this.#reported.delete("");
  }

  #show(text: string): void {
    this.#out.live([[`${clockTime(new Date())} ${this.#title}: ${text}`]], this);
  }

  [Symbol.dispose](): void {
    this.#out.live([], this);
  }
}

function stateText(state: WatchState): string {
  switch (state.kind) {
    case "sending":
      return state.paths === undefined ? "looking at everything" : `sending ${state.paths} changed`;
    case "equal":
      if (state.files === undefined) return "equal";
      return `equal, ${state.files === 1 ? "1 file" : `${state.files} files`}`;
    case "waiting":
      return `${state.error.message}; trying again in ${formatSeconds(state.waitMs / 1000)}`;
    case "polling":
      return `${state.error.message}; looking at everything again and again instead`;
  }
}

function stateObject(state: WatchState): Record<string, unknown> {
  switch (state.kind) {
    case "equal":
      return { op: "watch", state: state.kind, files: state.files };
    case "waiting":
    case "polling":
      return {
        op: "watch",
        state: state.kind,
        error: state.error.code,
        message: state.error.message,
      };
    default:
      return { op: "watch", state: state.kind };
  }
}
