/**
 * A fast rival: `rsync` from and to its own daemon, without encryption.
 *
 * @module
 */

import { join } from "node:path";
import { runSuccessfully } from "../../testing/programs/running_program.ts";
import { Daemon, findProgram, freePort, loginName } from "./daemon.ts";

/** A private rsync daemon over one folder. */
export class RsyncDaemon implements AsyncDisposable {
  readonly #daemon: Daemon;
  readonly #port: number;

  private constructor(daemon: Daemon, port: number) {
    this.#daemon = daemon;
    this.#port = port;
  }

  /** Starts it, or returns the name of a program that is not installed. */
  static async start(root: string, dir: string): Promise<RsyncDaemon | string> {
    const rsync = await findProgram("rsync");
    if (rsync === undefined) return "rsync";
    const port = freePort();
    await Deno.mkdir(dir, { recursive: true });
    const file = join(dir, "rsyncd.conf");
    const lines = [
      `log file = ${join(dir, "rsyncd.log")}`,
      "use chroot = no",
      // Only root can set the user, and must: otherwise the daemon runs as nobody.
      ...(await loginName() === "root" ? ["uid = root", "gid = root"] : []),
      "[bench]",
      `path = ${root}`,
      "read only = no",
      "",
    ];
    await Deno.writeTextFile(file, lines.join("\n"));
    const args = ["--daemon", "--no-detach", `--config=${file}`, `--port=${port}`];
    args.push("--address=127.0.0.1");
    return new RsyncDaemon(await Daemon.start(rsync, args, port), port);
  }

  /** Downloads a file, or a folder with its contents. */
  async get(name: string, target: string): Promise<void> {
    await runSuccessfully({ path: "rsync", args: ["-a", this.#url(name), target] }, []);
  }

  /** Uploads a file, or a folder with its contents. */
  async put(source: string, target: string, ...options: string[]): Promise<void> {
    await runSuccessfully(
      { path: "rsync", args: ["-a", ...options, source, this.#url(target)] },
      [],
    );
  }

  /** Stops it. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.#daemon[Symbol.asyncDispose]();
  }

  #url(name: string): string {
    return `rsync://127.0.0.1:${this.#port}/bench/${name}`;
  }
}
