/**
 * Exchanges that were given up: the peer may have sent frames for them before it knew.
 *
 * @module
 */

import { protocolError } from "../base/errors.ts";
import {
  MAX_GIVEN_UP_EXCHANGES,
  MAX_GROWN_BYTES_PER_CONNECTION,
  MAX_REQUESTS_IN_FLIGHT,
  STREAM_WINDOW_BYTES,
} from "../base/limits.ts";
import { Discarded, type PayloadPlace } from "../wire/payload_place.ts";

/** The windows of the exchanges that one connection can have. */
const MAX_LEFTOVER_BYTES = MAX_REQUESTS_IN_FLIGHT * STREAM_WINDOW_BYTES +
  MAX_GROWN_BYTES_PER_CONNECTION;

/** The most recent of them. */
export class GivenUp {
  /** The last one was given up most recently. */
  readonly #ids = new Set<number>();
  /** Bytes that may still arrive for them. */
  #leftoverBytes = 0;

  /** Adds an exchange. @param windowBytes What may be on its way for it. */
  add(id: number, windowBytes: number): void {
    this.#ids.add(id);
    this.#leftoverBytes = Math.min(this.#leftoverBytes + windowBytes, MAX_LEFTOVER_BYTES);
    const [oldest] = this.#ids;
    if (this.#ids.size > MAX_GIVEN_UP_EXCHANGES) this.#ids.delete(oldest!);
  }

  /** Forgets an exchange, because its id is used again. */
  delete(id: number): void {
    this.#ids.delete(id);
  }

  /** Whether bytes may still arrive for an exchange. */
  expects(id: number): boolean {
    return this.#ids.has(id) && this.#leftoverBytes > 0;
  }

  /**
   * Checks a frame for an exchange that is not active. Unless it was given up, the id was damaged on
   * the way, and the exchange that the frame was meant for would wait forever.
   *
   * @throws `protocol` if the exchange was not given up.
   */
  require(type: string, id: number): void {
    if (!this.#ids.has(id)) throw protocolError(`${type} for exchange ${id}: there is none`);
  }

  /**
   * The place for content that is arriving and has no other: BULK is not buffered.
   *
   * @throws `protocol` for BULK, if the exchange was not given up.
   */
  place(type: string, id: number): PayloadPlace | undefined {
    if (type !== "BULK") return undefined;
    if (!this.#ids.has(id)) throw protocolError("data outside a block");
    return new Discarded();
  }

  /** Counts the bytes of such a frame. */
  arrived(bytes: number): void {
    this.#leftoverBytes -= bytes;
  }
}
