/**
 * What is done while a fault strikes, and what must be there afterwards.
 *
 * @module
 */

import type { Random } from "../testing/random.ts";
import type { System } from "../testing/programs/system.ts";

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

/** Where a client of this work finds the server at a URL. */
export function hostFor({ scheme = "ft" }: Work, url: string): string {
  return url.replace(/^ft:/, `${scheme}:`);
}

/** A kind of work. */
export interface Work {
  readonly name: string;
  /** Which way content goes. */
  readonly way: "get" | "put";
  /** The scheme of URLs to the server, which names the dialect. @default {"ft"} */
  readonly scheme?: string;
  /** Whether a client that ends with 0 was told that it is done. @default {true} */
  readonly answers?: boolean;
  /** Makes one in a tidy system. */
  prepare(system: System, random: Random): Promise<Job>;
}
