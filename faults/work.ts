/**
 * What is done while a fault strikes, and what must be there afterwards.
 *
 * @module
 */

import type { Random } from "./random.ts";
import type { Room } from "./room.ts";

/** A file under its final name. */
export interface Target {
  /** Absolute. */
  readonly path: string;
  /** What was there before; `null` for nothing. */
  readonly old: Uint8Array | null;
  /** What shall be there. */
  readonly new: Uint8Array;
}

/** A command of `ftclient`, ready to be run, and run again. */
export interface Job {
  readonly args: readonly string[];
  readonly targets: readonly Target[];
  /** What is in the folders when all is done, as {@linkcode entries} names it. */
  readonly entries: readonly string[];
}

/** A kind of work. */
export interface Work {
  readonly name: string;
  /** Which way content goes. */
  readonly way: "get" | "put";
  /** Makes one in a tidy room. */
  prepare(room: Room, random: Random): Promise<Job>;
}
