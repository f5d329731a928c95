/**
 * How the time of some work grows with the size of its input.
 *
 * @module
 */

import { assert } from "@std/assert";

/** Milliseconds below which a measurement is mostly noise. */
const LEAST_MS = 3;
const ROUNDS = 3;

function fastestMs(work: () => void): number {
  let best = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const started = performance.now();
    work();
    best = Math.min(best, performance.now() - started);
  }
  return best;
}

/** How many times as large the larger input is. */
const FACTOR = 8;
/** An input of this size that is done in no time needs no comparison. */
const MAX_SIZE = 1 << 20;

/**
 * Asserts that work on a larger input takes longer by about as much, and by far not by the square.
 *
 * @param work Gets the size; it is begun small, until it takes long enough to tell.
 */
export function growsLinearly(work: (size: number) => void): void {
  for (let size = 64; size <= MAX_SIZE; size *= 2) {
    const ms = fastestMs(() => work(size));
    if (ms < LEAST_MS) continue;
    const larger = fastestMs(() => work(size * FACTOR));
    assert(larger < ms * FACTOR ** 2 / 2, `${size}: ${ms} ms, ${size * FACTOR}: ${larger} ms`);
    return;
  }
}
