/**
 * The work that a fault strikes, and its expected result.
 *
 * @module
 */

import type { Random } from "../testing/random.ts";
import type { Program } from "../testing/programs/program.ts";
import type { Finished } from "../testing/programs/running_program.ts";
import type { ClientOptions, System } from "../testing/programs/system.ts";

/** A file that a work writes. */
export interface Target {
  /** Its absolute path. */
  readonly path: string;
  /** Its content before the work; null if it does not exist. */
  readonly old: Uint8Array | null;
  /** Its content after the work. */
  readonly new: Uint8Array;
}

/** A command of `ftclient`, or of another client, that can be run repeatedly. */
export interface Job {
  readonly args: readonly string[];
  readonly targets: readonly Target[];
  /** The files and folders after the work, as {@linkcode entries} returns them. */
  readonly entries: readonly string[];
  /** What a user does once the client has ended, who knows its exit code. @default nothing */
  settle?(ended: Finished): Promise<void>;
}

/** Returns the address of a server for clients of this work. */
export function hostFor({ scheme = "ft" }: Work, url: string): string {
  return url.replace(/^ft:/, `${scheme}:`);
}

/** Returns the address at which a server listens for clients of this work. */
export function doorOf({ scheme }: Work, system: System): string {
  return scheme === "http" ? system.webUrl! : system.url;
}

/**
 * Returns how the client of a work is started.
 *
 * @param url The server, or a proxy before it.
 */
export function clientOf(work: Work, url: string): ClientOptions {
  const env = { FTCLIENT_HOST: hostFor(work, url) };
  return work.client === undefined ? { env } : { env, program: work.client };
}

/** Returns the exit codes with which the client of a work says what `ftclient` says with these. */
export function codesOf({ exits = {} }: Work, codes: readonly number[]): readonly number[] {
  return codes.flatMap((code) => exits[code] ?? [code]);
}

/** A kind of work. */
export interface Work {
  readonly name: string;
  /** The direction of the content. */
  readonly way: "get" | "put";
  /** The scheme of server URLs, which selects the dialect. @default {"ft"} */
  readonly scheme?: string;
  /** Its client, which finds the server in `FTCLIENT_HOST`. @default `ftclient` */
  readonly client?: Program;
  /** The exit codes of that client, by those of `ftclient`, where they differ. */
  readonly exits?: Readonly<Record<number, readonly number[]>>;
  /** Whether exit code 0 confirms that the work is complete. @default {true} */
  readonly answers?: boolean;
  /** Prepares the files of a command in a tidy system. */
  prepare(system: System, random: Random): Promise<Job>;
}
