/**
 * A row that compares our programs with rivals.
 *
 * @module
 */

import type { Bench, Outcome } from "./bench.ts";
import { type Contender, median, medianRatio, runPaired } from "./paired.ts";

/** The maximum of our time divided by a rival's: required, and desired. */
export interface Bars {
  readonly bar?: number;
  readonly aim?: number;
}

/** A rival in a row. */
export interface Rival extends Bars {
  readonly name: string;
  /** Undefined if it is not installed. */
  readonly contender: Contender | undefined;
}

/**
 * Returns a rival's place in a row.
 *
 * @param program The rival, or undefined if it is not installed.
 * @param contend How it does the work.
 * @param bars By default its times are only shown.
 */
export async function versus<T>(
  name: string,
  program: T | undefined,
  contend: (program: T) => Contender | Promise<Contender>,
  bars: Bars = {},
): Promise<Rival> {
  const contender = program === undefined ? undefined : await contend(program);
  return { name, contender, ...bars };
}

/**
 * Measures ours beside each rival that is installed, and says in the table which are not. A tiny run
 * is a single one of each, whose result is verified.
 */
export async function compare(
  bench: Bench,
  work: string,
  ours: Contender,
  rivals: readonly Rival[],
): Promise<Outcome[]> {
  const present = rivals.flatMap(({ contender }) => contender ?? []);
  const [mine = [], ...theirs] = await runPaired([ours, ...present], bench);
  const shared = { work, ours: showSeconds(median(mine)) };
  const outcomes = rivals.flatMap(({ name, contender, bar, aim }): Outcome[] => {
    if (contender === undefined) return [];
    const seconds = theirs[present.indexOf(contender)]!;
    const rival = `${name} ${showSeconds(median(seconds))}`;
    return [{ ...shared, rival, value: medianRatio(mine, seconds), bar, aim }];
  });
  const missing = rivals.flatMap(({ name, contender }) => contender ? [] : name).join(", ");
  if (missing === "") return outcomes;
  return [...outcomes, { ...shared, rival: `missing: ${missing}`, value: undefined }];
}

function showSeconds(seconds: number): string {
  return `${seconds.toFixed(seconds < 1 ? 3 : 2)} s`;
}
