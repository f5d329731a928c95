/**
 * What every row of the benchmark works with: one scratch folder on one disk, one served folder
 * that our server and all rivals serve, and our two programs.
 *
 * @module
 */

import { join } from "node:path";
import type { Program } from "../testing/programs/program.ts";
import { type Finished, runSuccessfully } from "../testing/programs/running_program.ts";
import type { ServerProcess } from "../testing/programs/server_process.ts";
import type { Nginx } from "./rivals/nginx.ts";
import type { RsyncDaemon } from "./rivals/rsync.ts";
import type { Sshd } from "./rivals/sshd.ts";

/** The rivals that could be started; the others are missing here. */
export interface Rivals {
  readonly nginx?: Nginx;
  readonly sshd?: Sshd;
  readonly rsync?: RsyncDaemon;
}

/** One benchmark under way. */
export interface Bench {
  /** The scratch folder, on the disk that all of it uses. */
  readonly dir: string;
  /** The folder that our server and every rival serve. */
  readonly root: string;
  /** Bytes of the large file. */
  readonly bytes: number;
  /** Number of files in the tree of small files. */
  readonly files: number;
  /** Counted runs of each pair. */
  readonly runs: number;
  readonly server: ServerProcess;
  readonly serverProgram: Program;
  readonly client: Program;
  readonly rivals: Rivals;
  /** Says what is going on, on stderr. */
  readonly say: (text: string) => void;
}

/** One measured line of the report. */
export interface Outcome {
  readonly work: string;
  /** Ours, as it is shown. */
  readonly ours: string;
  /** The rival's name and figure, as they are shown; `-` where the bar is absolute. */
  readonly rival: string;
  /** What is held against the bar. */
  readonly value: number;
  /** What `value` must be at most. */
  readonly bar: number;
  /** What `value` should be at most, where that is less than the bar. */
  readonly aim?: number;
  /** How `value`, `bar` and `aim` are shown. @default {"ratio"} */
  readonly unit?: "ratio" | "MiB" | "KiB" | "ms" | "blocks";
}

/** One kind of work that is measured. */
export interface Row {
  /** What `--only` takes. */
  readonly name: string;
  measure(bench: Bench): Promise<Outcome[]>;
}

/** The environment the programs run in: none of the user's own settings. */
export function quietEnv(bench: Bench): Record<string, string> {
  const home = join(bench.dir, "home");
  return {
    ...{ XDG_CONFIG_HOME: home, XDG_STATE_HOME: home, XDG_CACHE_HOME: home },
    ...{ FTCLIENT_HOST: bench.server.url, NO_COLOR: "1" },
  };
}

/** Runs our client, which has to succeed. */
export function runClient(bench: Bench, ...args: string[]): Promise<Finished> {
  return runSuccessfully(bench.client, args, quietEnv(bench));
}

/** Content bytes that crossed the network, as `--json` results say. */
export function movedBytes(finished: Finished): number {
  const lines = finished.stdout.trim().split("\n").filter((line) => line.startsWith("{"));
  return lines.reduce((sum, line) => sum + Number(JSON.parse(line).moved ?? 0), 0);
}

/** A folder that is emptied, or made. */
export async function emptyFolder(path: string): Promise<string> {
  await removeAll(path);
  await Deno.mkdir(path, { recursive: true });
  return path;
}

/** Removes a file, or a folder with all below it, if it is there. */
export async function removeAll(path: string): Promise<void> {
  try {
    await Deno.remove(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
