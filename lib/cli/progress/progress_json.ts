/**
 * Progress for programs: one object a line.
 *
 * @module
 */

import type { TransferEvent } from "../../client/remote/transfer_events.ts";

/** Milliseconds between two lines about one file, at least. */
const MIN_GAP_MS = 100;

/** Turns events into objects, and leaves out those that follow each other too fast. */
export class JsonProgress {
  readonly #lastMs = new Map<string, number>();

  /** The object for an event, or `null` when one about this file was just told. */
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
  const { kind, ...facts } = event;
  const object: Record<string, unknown> = { event: kind, ...facts };
  if (event.kind === "retry") object.at = new Date(event.atMs).toISOString();
  delete object.atMs;
  if (event.kind === "failed" || event.kind === "retry") {
    object.error = event.error.code;
    object.message = event.error.message;
  }
  return object;
}
