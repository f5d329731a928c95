/**
 * Executes the file operations of this program under its plan.
 *
 * @module
 */

import { type Op, PLAN_VARIABLE } from "./plan.ts";
import { Strikes, type Struck } from "./strikes.ts";

const strikes = new Strikes(Deno.env.get(PLAN_VARIABLE)!);
const opened = new Map<number, string>();

/** Whether an operation runs. Its own calls, as those of `node:fs` to `Deno`, are not counted. */
let within = false;

function alone<T>(act: () => T): T {
  within = true;
  try {
    return act();
  } finally {
    within = false;
  }
}

/** Executes a synchronous operation under the plan. */
export function now<T>(op: Op, act: (half: Struck["half"]) => T): T {
  if (within) return act(undefined);
  return alone(() => {
    const struck = strikes.begin(op);
    const result = act(struck.half);
    struck.done();
    return result;
  });
}

/** Executes an asynchronous operation under the plan. */
export async function later<T>(op: Op, act: (half: Struck["half"]) => Promise<T>): Promise<T> {
  if (within) return await act(undefined);
  const [struck, acting] = alone(() => {
    const struck = strikes.begin(op);
    return [struck, act(struck.half)];
  });
  const result = await acting;
  alone(() => struck.done());
  return result;
}

/** Records the path of an open file. */
export function remember(fd: number, path: string): number {
  opened.set(fd, path);
  return fd;
}

/** Returns the path with which a file was opened. */
export function pathOf(fd: number): string {
  return opened.get(fd) ?? "";
}

/** Returns the number of bytes of a request that are executed. */
export function share(length: number, half: Struck["half"]): number {
  return half === undefined || length < 2 ? length : length >> 1;
}
