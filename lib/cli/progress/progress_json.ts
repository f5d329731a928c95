/**
 * Progress for programs: one object per line.
 *
 * @module
 */

import type { TransferEvent } from "../../client/remote/transfer_events.ts";

/** Shortest time between two progress lines of one file, in milliseconds. */
const MIN_GAP_MS = 100;

/** Turns events into objects, and skips progress events that follow too fast. */
export class JsonProgress {
  readonly #lastMs = new Map<string, number>();

  /** The object for an event, or `null` to skip it. */
  object(event: TransferEvent, nowMs: number): Record<string, unknown> | null {
    switch (event.kind) {
      case "progress":
        if (nowMs - (this.#lastMs.get(event.name) ?? -Infinity) < MIN_GAP_MS) return null;
        this.#lastMs.set(event.name, nowMs);
        break;
      case "end":
      case "failed":
        this.#lastMs.delete(event.name);
        break;
      default:
    }
    return toObject(event);
  }
}

function toObject(event: TransferEvent): Record<string, unknown> {
  const { kind, ...fields } = event;
  const object: Record<string, unknown> = { event: kind, ...fields };
  if (event.kind === "retry") object.at = new Date(event.atMs).toISOString();
  delete object.atMs;
  if (event.kind === "failed" || event.kind === "retry") {
    object.error = event.error.code;
    object.message = event.error.message;
  }
  return object;
}
