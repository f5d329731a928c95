/**
 * A real `ftserver` over a folder of its own, and real `ftclient`s beside it, with exactly the
 * permissions that users give them.
 *
 * @module
 */

import { join } from "node:path";
import { filesBelow } from "../files/same_files.ts";
import { withTimeout } from "../with_timeout.ts";
import { type Program, programFromTask } from "./program.ts";
import { type Finished, RunningProgram, type RunOptions } from "./running_program.ts";
import { ServerProcess, type ServerProcessOptions } from "./server_process.ts";

/** How the programs are started. */
export interface Programs {
  readonly server: Program;
  readonly client: Program;
}

/** Options that can change when the server is started again. */
export interface ServerChanges extends Pick<ServerProcessOptions, "program" | "args" | "env"> {
  /** The minimum level that it logs. @default {"warning"} */
  readonly logLevel?: string;
}

/** Options of {@linkcode System.start}. */
export interface SystemOptions extends Omit<ServerChanges, "program"> {
  /** How the programs are started. @default as their tasks in deno.json say */
  readonly programs?: Partial<Programs>;
  /** The served folder. @default one that is removed in the end */
  readonly root?: string;
  /** Where the server listens. @default {"ft://127.0.0.1:0"} */
  readonly listen?: string;
  /** The folder in which the system's folders are created. @default that of temporary files */
  readonly within?: string;
}

/** Options of {@linkcode System.spawn}. */
export interface ClientOptions extends Pick<RunOptions, "stdin" | "env" | "timeoutMs"> {
  /** @default the system's client */
  readonly program?: Program;
}

/** Everything that a server keeps in its folder for itself. */
const OWN = /^root\/\.ftserver\/((staging|lock)\/|lock\/pid|versions\/.*)?$/;

/** A server and folders for clients. Disposing it stops the server and removes every file. */
export class System implements AsyncDisposable {
  /** The folder that is served. */
  readonly root: string;
  /** The server's state. */
  readonly state: string;
  /** The working folder of clients. */
  readonly work: string;
  /** The folder of the clients' state and settings. */
  readonly home: string;
  /** How the programs are started. */
  readonly programs: Programs;
  readonly #dir: string;
  readonly #options: SystemOptions;
  /** The log of the servers before the current one. */
  #earlierLog = "";
  #server!: ServerProcess;

  private constructor(dir: string, programs: Programs, options: SystemOptions) {
    this.#dir = dir;
    this.programs = programs;
    this.#options = options;
    this.root = options.root ?? join(dir, "root");
    [this.state, this.work, this.home] = [join(dir, "state"), join(dir, "work"), join(dir, "home")];
  }

  /** Starts a server. */
  static async start(options: SystemOptions = {}): Promise<System> {
    const { within, programs = {}, listen } = options;
    const dir = await Deno.realPath(
      await Deno.makeTempDir({ prefix: "ft_system_", dir: within }),
    );
    try {
      for (const name of ["root", "state", "work", "home"]) await Deno.mkdir(join(dir, name));
      const server = programs.server ?? await programFromTask("ftserver");
      const client = programs.client ?? await programFromTask("ftclient");
      const system = new System(dir, { server, client }, options);
      await system.#start(listen);
      return system;
    } catch (error) {
      await Deno.remove(dir, { recursive: true });
      throw error;
    }
  }

  async #start(listen?: string, changes: ServerChanges = {}): Promise<void> {
    const { root, state } = this;
    const { logLevel = "warning", args = [], env } = { ...this.#options, ...changes };
    // A server of a bucket has no folder.
    const served = args.includes("--store") ? {} : { root };
    this.#server = await ServerProcess.start({
      program: changes.program ?? this.programs.server,
      ...{ ...served, state, listen, env, args: ["--log-level", logLevel, ...args] },
    });
  }

  /** The server's address. */
  get url(): string {
    return this.#server.url;
  }

  /** The server's address for HTTP, if it was started with `--web`. */
  get webUrl(): string | undefined {
    return this.#server.webUrl;
  }

  /** The server's process id. */
  get pid(): number {
    return this.#server.pid;
  }

  /** The log of all servers so far. */
  get log(): string {
    return this.#earlierLog + this.#server.log;
  }

  /** Resolves when the server has ended. */
  get ended(): Promise<unknown> {
    return this.#server.finished;
  }

  /**
   * Waits until the server that runs now has logged a line.
   *
   * @param from The length of the log from which on it is searched.
   * @returns False when the line is not there after `timeoutMs`, or the server has ended.
   */
  async logs(pattern: RegExp, from = 0, timeoutMs = 10_000): Promise<boolean> {
    const found = this.#server.logs(pattern, Math.max(0, from - this.#earlierLog.length));
    return await withTimeout(found.then(() => true, () => false), timeoutMs, () => false);
  }

  /** Kills the server as a power cut would, and starts it again at the same address. */
  async restart(
    between: () => Promise<void> = () => Promise.resolve(),
    changes: ServerChanges = {},
  ): Promise<void> {
    await this.kill();
    await between();
    await this.resume(changes);
  }

  /** Starts the server again at the same address, after it has ended. */
  async resume(changes: ServerChanges = {}): Promise<void> {
    this.#earlierLog = this.log;
    await this.#start(this.url, changes);
  }

  /** Kills the server. */
  async kill(): Promise<void> {
    await this.#server.kill();
  }

  /** Sends the server a signal. */
  signal(signal: Deno.Signal): void {
    this.#server.signal(signal);
  }

  /** Stops the server as an operator would. */
  async stop(): Promise<void> {
    await this.#server[Symbol.asyncDispose]();
  }

  /** Returns a path in the clients' working folder. */
  at(name: string): string {
    return join(this.work, name);
  }

  /** Returns a path in the served folder. */
  served(name: string): string {
    return join(this.root, name);
  }

  /** Starts `ftclient` without waiting for it. */
  spawn(args: readonly string[], options: ClientOptions = {}): RunningProgram {
    const { program = this.programs.client, env, ...more } = options;
    return RunningProgram.start(program, args, { ...more, cwd: this.work, env: this.#env(env) });
  }

  /** Runs `ftclient` to its end. */
  client(args: readonly string[], options: ClientOptions = {}): Promise<Finished> {
    return this.spawn(args, options).finished;
  }

  #env(more: Readonly<Record<string, string>> = {}): Record<string, string> {
    return {
      XDG_STATE_HOME: this.home,
      XDG_CONFIG_HOME: this.home,
      FTCLIENT_HOST: this.url,
      FTCLIENT_RETRIES: "0",
      NO_COLOR: "",
      ...more,
    };
  }

  /**
   * Returns every file and folder in the served folder (`root/…`) and in the working folder
   * (`work/…`), except for the server's own empty folders, its lock, and versions.
   */
  async left(): Promise<string[]> {
    const names = [
      ...await filesBelow(this.root, "root/"),
      ...await filesBelow(this.work, "work/"),
    ];
    return names.filter((name) => !OWN.test(name))
      .sort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.stop();
    } finally {
      await Deno.remove(this.#dir, { recursive: true });
    }
  }
}
