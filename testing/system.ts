/**
 * A real `ftserver` over a folder of its own, and real `ftclient`s beside it, with exactly the
 * permissions users give them.
 *
 * @module
 */

import { join } from "./paths.ts";
import { type Finished, type Program, programFromTask } from "./programs.ts";
import { type ClientOptions, type RunningClient, runningClient } from "./running_client.ts";
import { RunningServer, type ServerOptions } from "./running_server.ts";
import { filesBelow } from "./same_files.ts";

/** How the programs are started. */
export interface Programs {
  readonly server: Program;
  readonly client: Program;
}

/** Options of {@linkcode System.start}. */
export interface SystemOptions extends Partial<Omit<ServerOptions, "state">> {
  /** How the programs are started. @default as their tasks in deno.json say */
  readonly programs?: Partial<Programs>;
  /** Keeps what the server logs in {@linkcode System.log}. */
  readonly keepLog?: boolean;
  /** The folder that the place is made in. @default that of the machine's temporary files */
  readonly within?: string;
}

/** What is other about the server from now on. */
export type ServerChanges =
  & Omit<SystemOptions, "programs" | "keepLog" | "within" | "root" | "listen">
  & {
    readonly program?: Program;
  };

/** A server and a place for clients. Disposing it stops the server and removes every file. */
export class System implements AsyncDisposable {
  /** The folder that is served. */
  readonly root: string;
  /** The server's state. */
  readonly state: string;
  /** Where clients run. */
  readonly work: string;
  /** Where clients keep what they remember. */
  readonly home: string;
  /** How the programs are started. */
  readonly programs: Programs;
  /** What the servers logged, where that is kept. */
  log = "";
  readonly #listeners = new Set<() => void>();
  readonly #dir: string;
  readonly #options: SystemOptions;
  #server!: RunningServer;

  private constructor(dir: string, programs: Programs, options: SystemOptions) {
    this.#dir = dir;
    this.programs = programs;
    this.#options = options;
    this.root = options.root ?? join(dir, "root");
    [this.state, this.work, this.home] = [join(dir, "state"), join(dir, "work"), join(dir, "home")];
  }

  /** Starts a server. */
  static async start(options: SystemOptions = {}): Promise<System> {
    const { within, programs = {} } = options;
    const place = { prefix: "ft_system_", ...within !== undefined && { dir: within } };
    const dir = await Deno.realPath(await Deno.makeTempDir(place));
    try {
      for (const name of ["root", "state", "work", "home"]) await Deno.mkdir(join(dir, name));
      const server = programs.server ?? await programFromTask("ftserver");
      const client = programs.client ?? await programFromTask("ftclient");
      const system = new System(dir, { server, client }, options);
      await system.#start(options.listen);
      return system;
    } catch (error) {
      await Deno.remove(dir, { recursive: true });
      throw error;
    }
  }

  async #start(listen?: string, { program, ...changes }: ServerChanges = {}): Promise<void> {
    const { root, state } = this;
    const onLog = (text: string) => {
      this.log += text;
      this.#listeners.forEach((look) => look());
    };
    const keep = this.#options.keepLog && { onLog };
    const options = { ...this.#options, ...keep, ...changes, root, state };
    const where = listen === undefined ? {} : { listen };
    this.#server = await RunningServer.start(program ?? this.programs.server, {
      ...options,
      ...where,
    });
  }

  /** The server's address. */
  get url(): string {
    return this.#server.url;
  }

  /** The server's process id. */
  get pid(): number {
    return this.#server.pid;
  }

  /** Resolves when the server has ended, for whatever reason. */
  get ended(): Promise<unknown> {
    return this.#server.ended;
  }

  /**
   * Waits until the kept log has such a line.
   *
   * @param from The length of the log from where on it counts.
   * @returns False when it did not come within `timeoutMs`.
   */
  async logs(pattern: RegExp, from = 0, timeoutMs = 10_000): Promise<boolean> {
    const seen = Promise.withResolvers<boolean>();
    const look = () => pattern.test(this.log.slice(from)) && seen.resolve(true);
    const timer = setTimeout(() => seen.resolve(false), timeoutMs);
    this.#listeners.add(look);
    look();
    try {
      return await seen.promise;
    } finally {
      clearTimeout(timer);
      this.#listeners.delete(look);
    }
  }

  /** Kills the server as a power cut would, and starts it again where it was. */
  async restart(
    between: () => Promise<void> = () => Promise.resolve(),
    changes: ServerChanges = {},
  ): Promise<void> {
    await this.kill();
    await between();
    await this.resume(changes);
  }

  /** Starts the server again where it was, after it has ended. */
  async resume(changes: ServerChanges = {}): Promise<void> {
    await this.#start(this.#server.url, changes);
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

  /** A path where clients run. */
  at(name: string): string {
    return join(this.work, name);
  }

  /** A path in the served folder. */
  served(name: string): string {
    return join(this.root, name);
  }

  /** Starts `ftclient` and goes on. */
  spawn(args: readonly string[], options: ClientOptions = {}): RunningClient {
    const { path, args: first } = options.program ?? this.programs.client;
    const child = new Deno.Command(path, {
      args: [...first, ...args],
      cwd: this.work,
      env: this.#env(options.env),
      stdin: options.stdin === undefined ? "null" : "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    return runningClient(child, options);
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
   * Every file and folder in the served folder (`root/…`) and where clients run (`work/…`), but for
   * empty folders of the server's own, and its lock.
   */
  async left(): Promise<string[]> {
    const names = [
      ...await filesBelow(this.root, "root/"),
      ...await filesBelow(this.work, "work/"),
    ];
    return names.filter((name) => !/^root\/\.ftserver\/((staging|lock)\/|lock\/pid)?$/.test(name))
      .sort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.#server[Symbol.asyncDispose]();
    } finally {
      await Deno.remove(this.#dir, { recursive: true });
    }
  }
}
