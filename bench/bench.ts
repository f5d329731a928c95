/**
 * The environment that all rows of the benchmark share: a scratch folder, a folder that our server and all rivals
 * serve, and our two programs.
 *
 * @module
 */

import { join } from "node:path";
import type { Program } from "../testing/programs/program.ts";
import { type Finished, runSuccessfully } from "../testing/programs/running_program.ts";
import type { ServerProcess } from "../testing/programs/server_process.ts";
import type { Rivals } from "./rivals/rivals.ts";

/** A running benchmark. */
export interface Bench {
  /** The scratch folder; all files of the benchmark are on its disk. */
  readonly dir: string;
  /** The folder that our server and every rival serve. */
  readonly root: string;
  /** Bytes of the large file. */
  readonly bytes: number;
  /** Number of files in the tree of small files. */
  readonly files: number;
  /** The number of counted runs of each pair. */
  readonly runs: number;
  /** Whether every row only has to work, with as little as possible, and nothing is compared. */
  readonly tiny: boolean;
  readonly server: ServerProcess;
  readonly serverProgram: Program;
  readonly client: Program;
  readonly rivals: Rivals;
  /** Reports progress on stderr. */
  readonly say: (text: string) => void;
}

/** One measured line of the report. */
export interface Outcome {
  readonly work: string;
  /** Our figure, as text. */
  readonly ours: string;
  /** The rival's name and figure, as text; `-` if the bar is absolute. */
  readonly rival: string;
  /** The value that is compared with the bar; undefined if the rival is not installed. */
  readonly value: number | undefined;
  /** The maximum of `value`. @default no maximum */
  readonly bar?: number;
  /** The desired maximum of `value`, below the bar. */
  readonly aim?: number;
  /** The unit of `value`, `bar` and `aim`. @default {"ratio"} */
  readonly unit?: "ratio" | "MiB" | "KiB" | "ms" | "blocks" | "s/GiB";
}

/** A measured operation. */
export interface Row {
  /** Its name for `--only`. */
  readonly name: string;
  measure(bench: Bench): Promise<Outcome[]>;
}

/** Returns the programs' environment, without the user's own settings. */
export function quietEnv(bench: Bench): Record<string, string> {
  const home = join(bench.dir, "home");
  return {
    ...{ XDG_CONFIG_HOME: home, XDG_STATE_HOME: home, XDG_CACHE_HOME: home },
    ...{ FTCLIENT_HOST: bench.server.url, NO_COLOR: "1" },
  };
}

/** Runs our client, which must succeed. */
export function runClient(bench: Bench, ...args: string[]): Promise<Finished> {
  return runSuccessfully(bench.client, args, quietEnv(bench));
}

/** Returns the content bytes that were transferred, according to `--json` results. */
export function movedBytes(finished: Finished): number {
  const lines = finished.stdout.trim().split("\n").filter((line) => line.startsWith("{"));
  return lines.reduce((sum, line) => sum + Number(JSON.parse(line).moved ?? 0), 0);
}

/** Empties a folder, or creates it. */
export async function emptyFolder(path: string): Promise<string> {
  await removeAll(path);
  await Deno.mkdir(path, { recursive: true });
  return path;
}

/** Removes a file or folder with its contents, if it exists. */
export async function removeAll(path: string): Promise<void> {
  try {
    await Deno.remove(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
