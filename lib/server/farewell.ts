/**
 * Closes connections without losing what their clients have not read yet.
 *
 * A socket that is closed while bytes arrive from its peer is reset, and the peer loses everything
 * that is still on its way. So the server closes its half first, which the peer notices after the last
 * byte, and waits until the peer closes the other half.
 *
 * @module
 */

import { DRAIN_TIMEOUT_MS, FAREWELL_TIMEOUT_MS } from "../base/limits.ts";
import { MAX_DELAY_MS, within } from "../base/signals.ts";
import type { Connection } from "../net/connection.ts";

/** The part of a connection that a farewell uses. */
export type Parting = Pick<Connection, "signal" | "lastWriteMs" | "closeWrite">;

/** The clients to part from, and those that may still be reading. */
export class Farewell {
  readonly #connections: readonly Parting[];
  readonly #reading: ReadonlySet<Parting>;

  /** @param connections All open ones, before the last messages are sent to them. */
  constructor(connections: Iterable<Parting>) {
    this.#connections = [...connections];
    const sinceMs = performance.now() - DRAIN_TIMEOUT_MS;
    this.#reading = new Set(this.#connections.filter(({ lastWriteMs }) => lastWriteMs >= sinceMs));
  }

  /**
   * Closes this half of each connection and waits until the client disconnects: up to `leftMs`
   * milliseconds for one that was sent something in the last {@linkcode DRAIN_TIMEOUT_MS}, and up to
   * {@linkcode FAREWELL_TIMEOUT_MS} for every one.
   */
  async wait(leftMs: number): Promise<void> {
    await Promise.all(this.#connections.map(async (connection) => {
      const ms = this.#reading.has(connection) ? leftMs : 0;
      connection.closeWrite().catch(() => {});
      await within(
        ended(connection.signal),
        Math.min(MAX_DELAY_MS, Math.max(ms, FAREWELL_TIMEOUT_MS)),
      );
    }));
  }
}

function ended(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
