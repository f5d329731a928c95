/**
 * Decides how many lanes a transfer has, by measuring: more while the rate grows with them.
 *
 * @module
 */

import {
  BLOCK_BYTES,
  LANE_ENOUGH_RATE,
  LANE_HOLD_MS,
  LANE_MIN_BYTES,
  LANE_STEP_BLOCKS,
  LANE_STEP_MS,
  LANE_WORTH_MS,
  MAX_LANE_HOLD_MS,
  MAX_LANES,
} from "../../base/limits.ts";

/** The share of the ideal gain from which on further lanes are worth trying. */
const GROWING = 0.5;
/** The share of the ideal gain below which the last lanes are given back. */
const USELESS = 0.2;

/** The share of a limited rate from which on no lane can bring more. */
const NEAR_LIMIT = 0.8;

/** A block that has moved. */
export interface MovedBlock {
  /** The time, in milliseconds of a monotonic clock. */
  readonly nowMs: number;
  readonly bytes: number;
  /** Bytes of the file that have not moved; `Infinity` if that is unknown. */
  readonly leftBytes: number;
  /** Lanes over which blocks have moved. */
  readonly active: number;
}

/** Measures one transfer. Starts with one lane, or with as many as paid for the last one. */
export class LaneMeter {
  /** The rate that needs no further lane, in bytes per second. */
  readonly #enough: number;
  #wanted: number;
  #max = MAX_LANES;
  #active = 0;
  #startMs = 0;
  #bytes = 0;
  #before: { readonly lanes: number; readonly rate: number } | undefined;
  #holdUntilMs = -Infinity;
  #holdMs = LANE_HOLD_MS;

  /** @param maxRate The rate that all lanes share, in bytes per second. */
  constructor(lanes = 1, maxRate = Infinity) {
    this.#wanted = lanes;
    this.#enough = Math.min(LANE_ENOUGH_RATE, maxRate * NEAR_LIMIT);
  }

  /** The number of lanes to have. */
  get wanted(): number {
    return this.#wanted;
  }

  /** Limits the lanes: the server takes no more. */
  limit(lanes: number): void {
    this.#max = lanes;
    this.#wanted = Math.min(this.#wanted, lanes);
  }

  /** Takes a block into account. */
  moved({ nowMs, bytes, leftBytes, active }: MovedBlock): void {
    if (active !== this.#active) {
      this.#active = active;
      return this.#restart(nowMs);
    }
    this.#bytes += bytes;
    const ms = nowMs - this.#startMs;
    const enough = this.#bytes >= LANE_STEP_BLOCKS * BLOCK_BYTES * active && ms >= LANE_STEP_MS;
    if (!enough || active < this.#wanted) return;
    this.#decide(this.#bytes / ms * 1000, leftBytes, nowMs);
    this.#restart(nowMs);
  }

  #restart(nowMs: number): void {
    this.#startMs = nowMs;
    this.#bytes = 0;
  }

  /** @param rate Bytes per second over the lanes that are wanted. */
  #decide(rate: number, leftBytes: number, nowMs: number): void {
    const before = this.#before;
    this.#before = undefined;
    if (before !== undefined && this.#active > before.lanes) {
      const gain = (rate / before.rate - 1) / (this.#active / before.lanes - 1);
      if (gain < GROWING) this.#hold(nowMs);
      if (gain < USELESS) {
        this.#wanted = before.lanes;
        return;
      }
    }
    const leftMs = leftBytes / rate * 1000;
    const worth = leftBytes >= LANE_MIN_BYTES && leftMs >= LANE_WORTH_MS;
    if (!worth || rate >= this.#enough || nowMs < this.#holdUntilMs) return;
    const next = Math.min(this.#active * 2, this.#max);
    if (next <= this.#active) return;
    this.#before = { lanes: this.#active, rate };
    this.#wanted = next;
  }

  #hold(nowMs: number): void {
    this.#holdUntilMs = nowMs + this.#holdMs;
    this.#holdMs = Math.min(this.#holdMs * 2, MAX_LANE_HOLD_MS);
  }
}
