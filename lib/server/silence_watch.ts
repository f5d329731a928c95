/**
 * Closes a connection whose handshake takes too long, or that is idle for too long.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import { type Deadline, delay, MAX_DELAY_MS, startDeadline } from "../base/signals.ts";
import type { Connection } from "../net/connection.ts";

/** The timeouts of a connection, in milliseconds. */
export interface SilenceTimeouts {
  /** From accepting the connection to the end of its handshake. */
  readonly handshakeTimeoutMs: number;
  /** Without a byte in either direction. */
  readonly idleTimeoutMs: number;
}

/** Watches one connection until it is disposed. */
export class SilenceWatch implements Disposable {
  readonly #connection: Connection;
  readonly #timeouts: () => SilenceTimeouts;
  readonly #handshake: Deadline;
  readonly #disposed = new AbortController();
  #seats = 0;

  /** @param timeouts Asked each time, as they may change. */
  constructor(connection: Connection, timeouts: () => SilenceTimeouts) {
    this.#connection = connection;
    this.#timeouts = timeouts;
    const { handshakeTimeoutMs } = timeouts();
    this.#handshake = startDeadline(
      handshakeTimeoutMs,
      () => new FtError("network", "no hello in time"),
    );
    const { signal } = this.#handshake;
    signal.addEventListener("abort", () => connection.abort(signal.reason), { once: true });
  }

  /** The handshake is complete; from now on the connection may only be idle for so long. */
  established(): void {
    this.#handshake[Symbol.dispose]();
    this.#abortWhenIdle().catch(() => {});
  }

  async #abortWhenIdle(): Promise<void> {
    let waitMs = this.#timeouts().idleTimeoutMs;
    while (true) {
      await delay(Math.min(waitMs, MAX_DELAY_MS), this.#disposed.signal);
      const { idleTimeoutMs } = this.#timeouts();
      waitMs = idleTimeoutMs - this.#idleMs();
      if (waitMs <= 0) return this.#connection.abort(new FtError("network", "idle for too long"));
    }
  }

  #idleMs(): number {
    const { lastReadMs, lastWriteMs } = this.#connection;
    return this.#seats > 0 ? 0 : performance.now() - Math.max(lastReadMs, lastWriteMs);
  }

  /** Counts a chat seat until the result is disposed: a client with a seat may be silent. */
  countSeat(): Disposable {
    this.#seats++;
    return { [Symbol.dispose]: () => void this.#seats-- };
  }

  [Symbol.dispose](): void {
    this.#handshake[Symbol.dispose]();
    this.#disposed.abort();
  }
}
