/**
 * The line between two peers, and windows that follow it: as in TCP's receive buffer tuning and in
 * QUIC implementations, a window doubles while it holds less than two times what was consumed in a
 * round trip.
 *
 * @module
 */

import {
  LONG_LINE_BYTES_PER_SECOND,
  MAX_GROWN_BYTES_PER_CONNECTION,
  MAX_WIDENED_BYTES,
  UNKNOWN_LINE_BYTES,
  WHOLE_BLOCK_MS,
} from "../base/limits.ts";
import { allWindows, WindowBudget } from "./window_budget.ts";

/** The feature of a peer whose windows may grow: it sends and grants more than the start window. */
const GROWING_WINDOWS = "windows";
/** The feature of a peer that takes a whole block in one frame (BULK). */
const WHOLE_BLOCKS = "blocks";
/** The features of this implementation that concern the line. */
export const LINE_FEATURES: readonly string[] = [GROWING_WINDOWS, WHOLE_BLOCKS];

/** A window should hold what arrives in this many round trips. */
const ROUND_TRIPS = 2;

/** The line of one connection. */
export class Line {
  /** The bytes by which the windows of this side have grown. */
  readonly budget: WindowBudget;
  /** Whether the peer sends and grants more than the start window; unknown before its hello. */
  growing: boolean | undefined;
  #wholeBlocks = false;
  #roundTripMs = Infinity;
  #lastBlockMs = Infinity;

  /** @param whole The budget of the process. */
  constructor(whole: WindowBudget = allWindows) {
    this.budget = new WindowBudget(MAX_GROWN_BYTES_PER_CONNECTION, whole);
  }

  /** Notes the features of the peer's hello. */
  greeted(features: readonly string[]): void {
    this.growing = features.includes(GROWING_WINDOWS);
    this.#wholeBlocks = features.includes(WHOLE_BLOCKS);
  }

  /** Whether to send a whole block in one frame, as nothing that follows has to wait long. */
  get sendsWholeBlocks(): boolean {
    return this.#wholeBlocks && this.#lastBlockMs < WHOLE_BLOCK_MS;
  }

  /** Notes how many milliseconds a whole block took to leave. */
  blockLeftIn(ms: number): void {
    this.#lastBlockMs = ms;
  }

  /** The shortest time between a question and its answer, in milliseconds; at first infinite. */
  get roundTripMs(): number {
    return this.#roundTripMs;
  }

  /** Notes after how many milliseconds an answer came. */
  answeredIn(ms: number): void {
    this.#roundTripMs = Math.min(this.#roundTripMs, ms);
  }
}

/** The first window for content over a line with this round trip, in bytes. */
function widenedFor(roundTripMs: number): number {
  return Math.min(Math.trunc(LONG_LINE_BYTES_PER_SECOND * roundTripMs / 1000), MAX_WIDENED_BYTES);
}

/** The growth of one receiving window. */
export class WindowGrowth {
  readonly #line: Line;
  #grownBytes = 0;
  /** Whether it began before the line was known. */
  #guessed = false;
  #consumedBytes = 0;
  #sinceMs: number | undefined;

  constructor(line: Line) {
    this.#line = line;
  }

  /**
   * Prepares a window for content. On a long line the start window would be used up before its first
   * credit could arrive.
   *
   * @returns By how many bytes it grows.
   */
  begin(windowBytes: number): number {
    const { growing = true, roundTripMs } = this.#line;
    if (!growing) return 0;
    this.#guessed = roundTripMs === Infinity;
    return this.#take((this.#guessed ? UNKNOWN_LINE_BYTES : widenedFor(roundTripMs)) - windowBytes);
  }

  /**
   * Makes a window smaller that began before the line was known to be short.
   *
   * @param bytes The most by which it shrinks now.
   * @returns By how many bytes it shrinks.
   */
  shrink(bytes: number, windowBytes: number): number {
    const { roundTripMs, budget } = this.#line;
    if (!this.#guessed || roundTripMs === Infinity) return 0;
    const spare = Math.min(windowBytes - widenedFor(roundTripMs), this.#grownBytes);
    const less = Math.max(0, Math.min(bytes, spare));
    this.#guessed = less === bytes;
    this.#grownBytes -= less;
    budget.give(less);
    return less;
  }

  /** Notes that bytes arrived. */
  arrived(nowMs: number): void {
    this.#sinceMs ??= nowMs;
  }

  /**
   * Counts consumed bytes.
   *
   * @param windowBytes The size of the window.
   * @returns By how many bytes it grows: none for a slow reader, and without a budget.
   */
  consumed(bytes: number, windowBytes: number, nowMs: number): number {
    const { growing, roundTripMs } = this.#line;
    if (!growing || roundTripMs === Infinity) return 0;
    this.#consumedBytes += bytes;
    const elapsedMs = nowMs - (this.#sinceMs ?? nowMs);
    if (elapsedMs < roundTripMs) return 0;
    const aRoundTrip = this.#consumedBytes * roundTripMs / elapsedMs;
    this.#sinceMs = nowMs;
    this.#consumedBytes = 0;
    return ROUND_TRIPS * aRoundTrip > windowBytes ? this.#take(windowBytes) : 0;
  }

  #take(bytes: number): number {
    const more = bytes > 0 ? this.#line.budget.take(bytes) : 0;
    this.#grownBytes += more;
    return more;
  }

  /** Gives back what the window took. */
  end(): void {
    this.#line.budget.give(this.#grownBytes);
    this.#grownBytes = 0;
  }
}
