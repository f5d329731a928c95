/**
 * A real `ftserver` whose stderr and exit code are the test's matter.
 *
 * @module
 */

import { programFromTask } from "./programs.ts";
import { type TempDir } from "./temp_dir.ts";
import { type RunningClient, runningClient } from "./running_client.ts";

/** A server that has said it is ready. Disposing it kills what is left of it. */
export interface ServerProcess extends RunningClient, AsyncDisposable {
  /** Its first listener. */
  readonly url: string;
}

/** Starts one without waiting for anything. */
export async function spawnServer(
  dir: TempDir,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<RunningClient> {
  const program = await programFromTask("ftserver");
  const child = new Deno.Command(program.path, {
    args: [...program.args, ...args],
    env: { XDG_STATE_HOME: dir.path, XDG_CONFIG_HOME: dir.path, NO_COLOR: "1", ...env },
    ...{ cwd: dir.path, stdin: "null", stdout: "piped", stderr: "piped" },
  }).spawn();
  return runningClient(child, undefined);
}

/** Starts one over `dir/root` with `dir/state`, and waits until it is ready. */
export async function startServerProcess(
  dir: TempDir,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<ServerProcess> {
  const standard = ["--root", dir.join("root"), "--state", dir.join("state")];
  const listen = args.includes("--listen") ? [] : ["--listen", "ft://127.0.0.1:0"];
  const running = await spawnServer(dir, [...standard, ...listen, ...args], env);
  const line = await running.said(/server\.ready listen="?[^\s"]+/);
  let ended = false;
  running.finished.then(() => ended = true);
  return {
    ...running,
    url: line.replace(/.*="?/, ""),
    async [Symbol.asyncDispose]() {
      if (!ended) running.signal("SIGKILL");
      await running.finished;
    },
  };
}
