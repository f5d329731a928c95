/**
 * Questions whether the other side is there, and how long it takes to say so.
 *
 * @module
 */

import { raceSignal } from "../../base/signals.ts";
import { exchangeId } from "../../native/messages.ts";

/** Pings of one connection. */
export class Pings {
  readonly #send: (payload: Uint8Array) => Promise<void>;
  readonly #waiting = new Map<number, () => void>();
  #next = 1;

  /** @param send Sends a PING with these 8 bytes. */
  constructor(send: (payload: Uint8Array) => Promise<void>) {
    this.#send = send;
  }

  /** A PONG came; one that nobody asked for is only a sign of life. */
  answered(payload: Uint8Array): void {
    this.#waiting.get(exchangeId(payload.subarray(4)))?.();
  }

  /** Round-trip time in milliseconds. @throws Why the signal ended. */
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
