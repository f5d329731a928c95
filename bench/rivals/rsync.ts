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
  /** Its TCP port on the loopback. */
  readonly port: number;
  readonly #daemon: Daemon;

  private constructor(daemon: Daemon, port: number) {
    this.#daemon = daemon;
    this.port = port;
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
    return new RsyncDaemon(await Daemon.start(rsync, args, port, dir), port);
  }

  /**
   * Downloads a file, or a folder with its contents.
   *
   * @param port The port of a proxy before the daemon. @default its own
   */
  async get(name: string, target: string, port = this.port): Promise<void> {
    await this.#run("-a", url(name, port), target);
  }

  /** Uploads a file, or a folder with its contents. */
  async put(source: string, target: string, ...options: string[]): Promise<void> {
    await this.putVia(this.port, source, target, ...options);
  }

  /** Uploads a file, or a folder with its contents, through a proxy before the daemon. */
  async putVia(port: number, source: string, target: string, ...options: string[]): Promise<void> {
    await this.#run("-a", ...options, source, url(target, port));
  }

  /** Lists a folder and all below it. */
  async list(name: string): Promise<void> {
    await this.#run("--list-only", "-r", url(name, this.port));
  }

  async #run(...args: string[]): Promise<void> {
    await runSuccessfully({ path: "rsync", args }, []);
  }

  /** Stops it. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.#daemon[Symbol.asyncDispose]();
  }
}

function url(name: string, port: number): string {
  return `rsync://127.0.0.1:${port}/bench/${name}`;
}
