/**
 * Where every file operation of this program passes.
 *
 * @module
 */

import { type Op, PLAN_VARIABLE } from "./plan.ts";
import { Strikes, type Struck } from "./strikes.ts";

const strikes = new Strikes(Deno.env.get(PLAN_VARIABLE)!);
const opened = new Map<number, string>();

/** The runtime's `node:fs` calls `Deno` in places, and so do we: what is within a call is not counted. */
let within = false;

function alone<T>(act: () => T): T {
  within = true;
  try {
    return act();
  } finally {
    within = false;
  }
}

/** Does an operation, or what the plan says. */
export function now<T>(op: Op, act: (half: Struck["half"]) => T): T {
  if (within) return act(undefined);
  return alone(() => {
    const struck = strikes.begin(op);
    const result = act(struck.half);
    struck.done();
    return result;
  });
}

/** The same of one that takes its time. */
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

/** Remembers the path of an open file. */
export function remember(fd: number, path: string): number {
  opened.set(fd, path);
  return fd;
}

/** The path that an open file had when it was opened. */
export function pathOf(fd: number): string {
  return opened.get(fd) ?? "";
}

/** How many bytes of a request are done. */
export function share(length: number, half: Struck["half"]): number {
  return half === undefined || length < 2 ? length : length >> 1;
}
