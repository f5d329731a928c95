/**
 * A rival with trees: `rclone copy` from and to its own WebDAV server, without encryption.
 *
 * @module
 */

import { runSuccessfully } from "../../testing/programs/running_program.ts";
import { Daemon, findProgram, freePort } from "./daemon.ts";

/** A private `rclone serve webdav` over one folder. */
export class Rclone implements AsyncDisposable {
  /** Its TCP port on the loopback. */
  readonly port: number;
  readonly #daemon: Daemon;

  private constructor(daemon: Daemon, port: number) {
    this.#daemon = daemon;
    this.port = port;
  }

  /** Starts it, or returns the name of a program that is not installed. */
  static async start(root: string, dir: string): Promise<Rclone | string> {
    const path = await findProgram("rclone");
    if (path === undefined) return "rclone";
    await Deno.mkdir(dir, { recursive: true });
    const port = freePort();
    // Files that other programs change must be seen at once, as every other server sees them.
    const fresh = ["--dir-cache-time", "0", "--config", "/dev/null"];
    const args = ["serve", "webdav", root, "--addr", `127.0.0.1:${port}`, ...fresh];
    return new Rclone(await Daemon.start(path, args, port, dir), port);
  }

  /** Downloads a file. */
  async get(name: string, target: string, port = this.port): Promise<void> {
    await this.#run("copyto", `:webdav:${name}`, target, port);
  }

  /** Uploads a file to a folder. */
  async put(source: string, folder: string, port = this.port): Promise<void> {
    await this.#run("copy", source, `:webdav:${folder}`, port);
  }

  /** Downloads the contents of a folder. */
  async getTree(name: string, target: string, port = this.port): Promise<void> {
    await this.#run("copy", `:webdav:${name}`, target, port);
  }

  /** Uploads the contents of a folder. */
  async putTree(source: string, folder: string, port = this.port): Promise<void> {
    await this.#run("copy", source, `:webdav:${folder}`, port);
  }

  /** Lists a folder and all below it. */
  async list(name: string): Promise<void> {
    await this.#run("lsl", `:webdav:${name}`, undefined, this.port);
  }

  async #run(command: string, from: string, to: string | undefined, port: number): Promise<void> {
    const remote = ["--webdav-url", `http://127.0.0.1:${port}`, "--config", "/dev/null"];
    const args = [command, from, ...to === undefined ? [] : [to], ...remote];
    await runSuccessfully({ path: "rclone", args }, []);
  }

  /** Stops it. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.#daemon[Symbol.asyncDispose]();
  }
}
