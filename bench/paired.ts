/**
 * Paired runs: each round runs every contender once, in rotating order, so that a slow minute of
 * the machine affects all of them.
 *
 * @module
 */

import { runSuccessfully } from "../testing/programs/running_program.ts";

/** One side of a comparison. */
export interface Contender {
  readonly name: string;
  /** Restores the initial state before every run. Not timed. */
  readonly prepare?: () => Promise<unknown>;
  /** The measured operation. Timed. */
  readonly run: () => Promise<unknown>;
  /** Throws if the result is wrong. Called after the warm-up run. Not timed. */
  readonly verify?: () => Promise<unknown>;
  /** Removes the result. Not timed. */
  readonly clean?: () => Promise<unknown>;
}

/** The seconds of each counted run, for each contender. */
export type Timings = readonly (readonly number[])[];

/** How often, and where progress is reported. */
export interface Rounds {
  /** The number of counted rounds. */
  readonly runs: number;
  /** Whether only the first run of each contender takes place, and counts. */
  readonly tiny: boolean;
  readonly say: (text: string) => void;
}

/** Runs each contender once uncounted and verifies its result, then runs the rounds. */
export async function runPaired(
  contenders: readonly Contender[],
  { runs, tiny, say }: Rounds,
): Promise<Timings> {
  const first: number[] = [];
  for (const contender of contenders) first.push(await runOnce(contender, { verify: true, tiny }));
  if (tiny) return first.map((seconds) => [seconds]);
  const timings = contenders.map((): number[] => []);
  for (let round = 0; round < runs; round++) {
    for (let turn = 0; turn < contenders.length; turn++) {
      const at = (round + turn) % contenders.length;
      timings[at]!.push(await runOnce(contenders[at]!, { verify: false, tiny }));
    }
    const last = contenders.map(({ name }, i) => `${name} ${timings[i]!.at(-1)!.toFixed(2)} s`);
    say(`  ${round + 1}/${runs}: ${last.join(", ")}`);
  }
  return timings;
}

async function runOnce(
  contender: Contender,
  { verify, tiny }: { verify: boolean; tiny: boolean },
): Promise<number> {
  await contender.prepare?.();
  // A disk that still writes would slow down whoever comes next; in a tiny run nobody is compared.
  if (!tiny) await runSuccessfully({ path: "sync", args: [] }, []);
  const started = performance.now();
  await contender.run();
  const seconds = (performance.now() - started) / 1000;
  if (verify) await contender.verify?.();
  await contender.clean?.();
  return seconds;
}

/**
 * Returns the middle value, or the mean of the two in the middle.
 *
 * @example
 * ```ts
 * import { median } from "./paired.ts";
 *
 * if (median([3, 1, 2]) !== 2 || median([1, 2]) !== 1.5) throw new Error("not the median");
 * ```
 */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return ((low ?? NaN) + (high ?? NaN)) / 2;
}

/** Returns the median of the ratios of paired runs. */
export function medianRatio(ours: readonly number[], rivals: readonly number[]): number {
  return median(ours.map((seconds, i) => seconds / (rivals[i] ?? NaN)));
}
