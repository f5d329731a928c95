/**
 * The work that a fault strikes, and its expected result.
 *
 * @module
 */

import type { Random } from "../testing/random.ts";
import type { System } from "../testing/programs/system.ts";

/** A file that a work writes. */
export interface Target {
  /** Its absolute path. */
  readonly path: string;
  /** Its content before the work; null if it does not exist. */
  readonly old: Uint8Array | null;
  /** Its content after the work. */
  readonly new: Uint8Array;
}

/** A command of `ftclient` that can be run repeatedly. */
export interface Job {
  readonly args: readonly string[];
  readonly targets: readonly Target[];
  /** The files and folders after the work, as {@linkcode entries} returns them. */
  readonly entries: readonly string[];
}

/** Returns the address of a server for clients of this work. */
export function hostFor({ scheme = "ft" }: Work, url: string): string {
  return url.replace(/^ft:/, `${scheme}:`);
}

/** A kind of work. */
export interface Work {
  readonly name: string;
  /** The direction of the content. */
  readonly way: "get" | "put";
  /** The scheme of server URLs, which selects the dialect. @default {"ft"} */
  readonly scheme?: string;
  /** Whether exit code 0 confirms that the work is complete. @default {true} */
  readonly answers?: boolean;
  /** Prepares the files of a command in a tidy system. */
  prepare(system: System, random: Random): Promise<Job>;
}
