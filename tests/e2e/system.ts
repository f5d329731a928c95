/**
 * A real `ftserver` over a folder of its own, and real `ftclient`s beside it, with exactly the
 * permissions users give them.
 *
 * @module
 */

import { join } from "../../tools/paths.ts";
import { type Finished, type Program, programFromTask } from "../../tools/programs.ts";
import { RunningServer } from "../../tools/running_server.ts";
import { filesBelow } from "../../tools/same_files.ts";
import { tempDir } from "../support/temp_dir.ts";

/** Milliseconds a client of a test may take. */
const CLIENT_DEADLINE_MS = 60_000;

/** How a client is started. */
export interface ClientOptions {
  /** What it reads from stdin; nothing when absent. */
  readonly stdin?: Uint8Array | string;
  readonly env?: Readonly<Record<string, string>>;
  /** Milliseconds until it is killed. @default {60_000} */
  readonly deadlineMs?: number;
}

/** A client that runs. */
export interface RunningClient {
  readonly pid: number;
  /** Waits until stderr has a match, or the client has ended. */
  said(pattern: RegExp): Promise<string>;
  signal(signal: Deno.Signal): void;
  readonly finished: Promise<Finished>;
}

/** Options of {@linkcode System.start}. */
export interface SystemOptions {
  /** Further arguments of the server. */
  readonly args?: readonly string[];
  /** The folder that is served, which stays. @default one of its own */
  readonly root?: string;
}

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
  readonly #dir: Awaited<ReturnType<typeof tempDir>>;
  /** How the programs are started. */
  readonly programs: { readonly server: Program; readonly client: Program };
  readonly #options: SystemOptions;
  #server: RunningServer;

  private constructor(
    dir: Awaited<ReturnType<typeof tempDir>>,
    programs: { readonly server: Program; readonly client: Program },
    options: SystemOptions,
    server: RunningServer,
  ) {
    this.#dir = dir;
    this.programs = programs;
    this.#options = options;
    this.#server = server;
    this.root = options.root ?? dir.join("root");
    [this.state, this.work, this.home] = [dir.join("state"), dir.join("work"), dir.join("home")];
  }

  /** Starts a server. */
  static async start(options: SystemOptions = {}): Promise<System> {
    const dir = await tempDir();
    try {
      for (const name of ["root", "state", "work", "home"]) await Deno.mkdir(dir.join(name));
      const programs = {
        server: await programFromTask("ftserver"),
        client: await programFromTask("ftclient"),
      };
      const server = await RunningServer.start(programs.server, {
        root: options.root ?? dir.join("root"),
        state: dir.join("state"),
        args: options.args ?? [],
      });
      return new System(dir, programs, options, server);
    } catch (error) {
      await dir[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** The server's address. */
  get url(): string {
    return this.#server.url;
  }

  /** Kills the server as a power cut would, and starts it again where it was. */
  async restart(between: () => Promise<void> = () => Promise.resolve()): Promise<void> {
    const { url } = this.#server;
    await this.kill();
    await between();
    this.#server = await RunningServer.start(this.programs.server, {
      root: this.root,
      state: this.state,
      listen: url,
      args: this.#options.args ?? [],
    });
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
    const { client } = this.programs;
    const child = new Deno.Command(client.path, {
      args: [...client.args, ...args],
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
    await using _dir = this.#dir;
    await this.#server[Symbol.asyncDispose]();
  }
}

/** Follows a program that was started with all its streams piped. */
export function runningClient(
  child: Deno.ChildProcess,
  { stdin, deadlineMs = CLIENT_DEADLINE_MS }: ClientOptions = {},
): RunningClient {
  const started = performance.now();
  const timer = setTimeout(() => child.kill("SIGKILL"), deadlineMs);
  let stderr = "";
  const waiting = new Set<() => void>();
  const wake = () => waiting.forEach((look) => look());
  let ended = false;
  const reading = (async () => {
    for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
      stderr += text;
      wake();
    }
  })();
  const finished = (async () => {
    if (stdin !== undefined) await feed(child.stdin, stdin);
    const [status, stdout] = await Promise.all([
      child.status,
      new Response(child.stdout).text(),
      reading,
    ]);
    clearTimeout(timer);
    ended = true;
    wake();
    return { code: status.code, stdout, stderr, seconds: (performance.now() - started) / 1000 };
  })();
  return {
    pid: child.pid,
    finished,
    signal: (signal) => child.kill(signal),
    said: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const match = pattern.exec(stderr);
          if (match === null && !ended) return;
          waiting.delete(look);
          if (match !== null) resolve(match[0]);
          else reject(new Error(`ftclient ended without ${pattern}: ${stderr}`));
        };
        waiting.add(look);
        look();
      }),
  };
}

async function feed(stdin: WritableStream<Uint8Array>, content: Uint8Array | string) {
  const writer = stdin.getWriter();
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  try {
    await writer.write(bytes);
    await writer.close();
  } catch {
    // It ended without reading all, and its exit code says why.
  }
}
