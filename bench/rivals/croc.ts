/**
 * A rival without a server: `croc` from one process to another through its own relay.
 *
 * @module
 */

import { RunningProgram, runSuccessfully } from "../../testing/programs/running_program.ts";
import { Daemon, findProgram, freePort } from "./daemon.ts";

const SECRET = "0000-bench-bench-bench";

/** A private relay. */
export class Croc implements AsyncDisposable {
  readonly #ports: readonly number[];
  readonly #daemon: Daemon;
  readonly #dir: string;

  private constructor(daemon: Daemon, ports: readonly number[], dir: string) {
    this.#daemon = daemon;
    this.#ports = ports;
    this.#dir = dir;
  }

  /** Starts it, or returns the name of a program that is not installed. */
  static async start(dir: string): Promise<Croc | string> {
    const path = await findProgram("croc");
    if (path === undefined) return "croc";
    await Deno.mkdir(dir, { recursive: true });
    const ports = [freePort(), freePort()];
    const args = ["relay", "--host", "127.0.0.1", "--ports", ports.join(",")];
    return new Croc(await Daemon.start(path, args, ports[0]!, dir), ports, dir);
  }

  /** Sends a file or folder, and receives it below another folder. */
  async copy(source: string, folder: string): Promise<void> {
    const env = { CROC_SECRET: SECRET, HOME: this.#dir, CROC_CONFIG_DIR: this.#dir };
    const relay = ["--yes", "--overwrite", "--relay", `127.0.0.1:${this.#ports[0]}`];
    const send = [...relay, "send", "--no-local", source];
    await using sender = RunningProgram.start({ path: "croc", args: send }, [], { env });
    // The relay takes whoever comes first for the sender.
    await sender.reported(/^Code is/m);
    await runSuccessfully({ path: "croc", args: [...relay, "--out", folder] }, [], env);
    const { code, stderr } = await sender.finished;
    if (code !== 0) throw new Error(`croc ${send.join(" ")}\nexit code ${code}: ${stderr}`);
  }

  /** Stops it. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.#daemon[Symbol.asyncDispose]();
  }
}
