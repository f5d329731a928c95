/**
 * Measures round-trip times and shows that the server still answers.
 *
 * @module
 */

import { raceSignal } from "../base/signals.ts";
import { exchangeId } from "./messages.ts";

/** The pings of one connection. */
export class Pings {
  readonly #send: (payload: Uint8Array) => Promise<void>;
  readonly #waiting = new Map<number, () => void>();
  #next = 1;

  /** @param send Sends a PING with these 8 bytes. */
  constructor(send: (payload: Uint8Array) => Promise<void>) {
    this.#send = send;
  }

  /** Takes a PONG. An unrequested one has no effect. */
  answered(payload: Uint8Array): void {
    this.#waiting.get(exchangeId(payload.subarray(4)))?.();
  }

  /** Measures the round-trip time in milliseconds. @throws The signal's reason. */
  async ask(signal: AbortSignal): Promise<number> {
    const number = this.#next++;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.set(number, resolve);
    const started = performance.now();
    const payload = new Uint8Array(8);
    new DataView(payload.buffer).setUint32(4, number);
    try {
      await this.#send(payload);
      await raceSignal(promise, signal);
    } finally {
      this.#waiting.delete(number);
    }
    return performance.now() - started;
  }
}
