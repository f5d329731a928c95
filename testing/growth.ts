/**
 * Measures how the time of a function grows with the size of its input.
 *
 * @module
 */

import { fail } from "@std/assert";
import { cpuUsage } from "node:process";

/** Milliseconds below which a measurement is mostly noise. */
const LEAST_MS = 3;
const ROUNDS = 3;
/** Comparisons that may fail before one succeeds: the rest of the process also uses time. */
const ATTEMPTS = 5;

/** Processor time in milliseconds, which other programs on a busy machine do not add to. */
function cpuMs(): number {
  const { user, system } = cpuUsage();
  return (user + system) / 1000;
}

function fastestMs(work: () => void): number {
  let best = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const startedMs = cpuMs();
    work();
    best = Math.min(best, cpuMs() - startedMs);
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
    if (fastestMs(() => work(size)) < LEAST_MS) continue;
    const tries: string[] = [];
    while (tries.length < ATTEMPTS) {
      const ms = fastestMs(() => work(size));
      const larger = fastestMs(() => work(size * FACTOR));
      if (larger < ms * FACTOR ** 2 / 2) return;
      tries.push(`${size}: ${ms} ms, ${size * FACTOR}: ${larger} ms`);
    }
    fail(tries.join("\n"));
  }
}
