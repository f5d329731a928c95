/**
 * A real `ftserver` on a free port, for as long as it is in scope.
 *
 * @module
 */

import { withTimeout } from "../with_timeout.ts";
import { type Program, programFromTask } from "./program.ts";
import { type Finished, RunningProgram } from "./running_program.ts";

/** Milliseconds until a server must be ready. */
const READY_TIMEOUT_MS = 60_000;
/** Milliseconds until a server must end after SIGTERM: its own drain time and a little. */
const STOP_TIMEOUT_MS = 15_000;

/** Options of {@linkcode ServerProcess.start}. */
export interface ServerProcessOptions {
  /** How it is started. @default as its task in `deno.json` says */
  readonly program?: Program;
  /** The folder it serves. @default other arguments say it */
  readonly root?: string;
  /** The folder of its own files. */
  readonly state: string;
  /** The folder of its user's settings. @default {state} */
  readonly home?: string;
  /** Its working folder. */
  readonly cwd?: string;
  /** Where it listens. @default {"ft://127.0.0.1:0"} */
  readonly listen?: string;
  /** Additional command line arguments. */
  readonly args?: readonly string[];
  /** Additional environment variables. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A server that is ready. Disposing it stops the server and waits for its end. */
export class ServerProcess implements AsyncDisposable {
  /** Its first address, such as `ft://127.0.0.1:40123`. */
  readonly url: string;
  /** Its address for HTTP, such as `http://127.0.0.1:40124`, if it has one. */
  readonly webUrl: string | undefined;
  readonly #program: RunningProgram;

  private constructor(program: RunningProgram) {
    this.#program = program;
    const [url, ...more] = [...program.stdout.matchAll(/^listening on (\S+)$/gm)].map((m) => m[1]!);
    this.url = url!;
    this.webUrl = more.find((one) => one.startsWith("http"));
  }

  /**
   * Starts a server and waits until it is ready.
   *
   * @throws {Error} When it ends, or is not ready after a minute.
   */
  static async start(options: ServerProcessOptions): Promise<ServerProcess> {
    const { root, state, home = state, cwd, listen = "ft://127.0.0.1:0" } = options;
    const served = root === undefined ? [] : ["--root", root];
    const args = [...served, "--state", state, "--listen", listen, ...options.args ?? []];
    const env = { XDG_STATE_HOME: home, XDG_CONFIG_HOME: home, NO_COLOR: "1", ...options.env };
    const path = options.program ?? await programFromTask("ftserver");
    await using stack = new AsyncDisposableStack();
    const program = stack.use(
      RunningProgram.start(path, args, { env, cwd, timeoutMs: Infinity }),
    );
    await withTimeout(program.printed(/^ready$/m), READY_TIMEOUT_MS, () => {
      throw new Error(`ftserver is not ready: ${program.stdout}${program.stderr}`);
    });
    stack.move();
    return new ServerProcess(program);
  }

  /** Its process id. */
  get pid(): number {
    return this.#program.pid;
  }

  /** The log so far. */
  get log(): string {
    return this.#program.stderr;
  }

  /** Resolves when it has ended. */
  get finished(): Promise<Finished> {
    return this.#program.finished;
  }

  /**
   * Waits until the log has a match, and returns it.
   *
   * @param from The length of the log from which on it is searched.
   * @throws {Error} When the server ends without one.
   */
  logs(pattern: RegExp, from = 0): Promise<string> {
    return this.#program.reported(pattern, from);
  }

  /** Sends a signal, unless the server has ended. */
  signal(signal: Deno.Signal): void {
    this.#program.signal(signal);
  }

  /** Kills it, as a power cut would, and waits for its end. */
  async kill(): Promise<void> {
    await this.#program[Symbol.asyncDispose]();
  }

  /** Stops it as an operator would, and kills it if it does not end. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.signal("SIGTERM");
    await withTimeout(this.finished, STOP_TIMEOUT_MS, () => this.kill());
  }
}
