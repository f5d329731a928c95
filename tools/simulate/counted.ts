/**
 * What commands ask of the store and of the bus, as it was counted last.
 *
 * @module
 */

import type { CommandName } from "./commands.ts";
import type { CommandCounts, Counts } from "./counting.ts";
import counted from "./data/counted.json" with { type: "json" };

/** What was counted last. `deno task simulate --count` counts again. */
export const COUNTED = counted as { readonly taken: string; readonly commands: Counts };

/** Requests that the price list calls writes. */
const WRITES = ["PUT", "COPY", "CREATE", "PART", "COMPLETE", "LIST"] as const;
const READS = ["GET", "HEAD"] as const;

/** The requests of a command, by what they cost. */
export interface Billed {
  readonly reads: number;
  readonly writes: number;
  /** They are free. */
  readonly removals: number;
  /** What is asked of the bus. */
  readonly bus: number;
  /** What every server gets of it. */
  readonly spread: number;
}

/** Adds up what a command asks. */
export function billed(counts: CommandCounts): Billed {
  const sum = (kinds: readonly (keyof CommandCounts["store"])[]) =>
    kinds.reduce((total, kind) => total + (counts.store[kind] ?? 0), 0);
  const bus = Object.values(counts.bus).reduce((total, count) => total + count, 0);
  const { WRITE = 0, MESSAGE = 0, SHOUT = 0 } = counts.bus;
  const spread = WRITE + MESSAGE + SHOUT;
  return { reads: sum(READS), writes: sum(WRITES), removals: sum(["DELETE"]), bus, spread };
}

/** Adds up what a command asked when it was counted last. */
export function billedOf(name: CommandName): Billed {
  return billed(COUNTED.commands[name]);
}
