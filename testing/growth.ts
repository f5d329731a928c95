/**
 * Measures how the time of a function grows with the size of its input.
 *
 * @module
 */

import { fail } from "@std/assert";
import { threadCpuUsage } from "node:process";

/** Milliseconds below which a measurement is mostly noise: some systems count in steps of 16. */
const LEAST_MS = 20;
const ROUNDS = 3;
/** How many times as large the larger input is. */
const FACTOR = 3;
/** How many times as long it may take: the middle between linear (3) and quadratic (9). */
const MAX_GROWTH = FACTOR ** 1.5;
/** An input of this size that is done in no time needs no comparison. */
const MAX_SIZE = 1 << 20;

/**
 * Processor time of this thread in milliseconds: other programs, and other threads of this one,
 * such as workers and tests beside this one, do not add to it.
 */
function cpuMs(): number {
  const { user, system } = threadCpuUsage();
  return (user + system) / 1000;
}

function fastestMs(rounds: number, work: () => void): number {
  let best = Infinity;
  for (let round = 0; round < rounds; round++) {
    const startedMs = cpuMs();
    work();
    best = Math.min(best, cpuMs() - startedMs);
  }
  return best;
}

/**
 * Asserts that work on a larger input takes longer by about as much, and by far not by the square.
 *
 * It fails only if time grows too fast between two pairs of sizes, one after the other, each time
 * it is measured.
 *
 * @param work Gets the size; it is begun small, until it takes long enough to tell.
 * @param attempts Comparisons that may fail before one succeeds: garbage is collected meanwhile.
 */
export function growsLinearly(work: (size: number) => void, attempts = 3): void {
  let size = 64;
  while (fastestMs(2, () => work(size)) < LEAST_MS) {
    if (size >= MAX_SIZE) return;
    size *= 2;
  }
  const tries: string[] = [];
  while (tries.length < attempts) {
    const ms = fastestMs(ROUNDS, () => work(size));
    const larger = fastestMs(1, () => work(size * FACTOR));
    if (larger < ms * MAX_GROWTH) return;
    const largest = fastestMs(1, () => work(size * FACTOR ** 2));
    if (largest < larger * MAX_GROWTH) return;
    tries.push(`${size}: ${ms} ms, times ${FACTOR}: ${larger} ms, again: ${largest} ms`);
  }
  fail(tries.join("\n"));
}
