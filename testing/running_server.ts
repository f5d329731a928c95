/**
 * A real `ftserver` on a free port, for as long as it is in scope.
 *
 * @module
 */

import type { Program } from "./programs.ts";
import { sendSignal } from "./send_signal.ts";

/** Milliseconds a server gets to say that it is ready. */
const READY_TIMEOUT_MS = 20_000;
/** Milliseconds a server gets to end after SIGTERM: its own drain time and a little. */
const STOP_TIMEOUT_MS = 15_000;

/** What a server is started with. */
export interface ServerOptions {
  /** The folder it serves. */
  readonly root: string;
  /** The folder it keeps its own files in. */
  readonly state: string;
  /** Where it listens. @default a free port of the loopback */
  readonly listen?: string;
  /** Further command line arguments. */
  readonly args?: readonly string[];
  /** Further environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** The least it logs. @default {"warning"} */
  readonly logLevel?: string;
  /** Gets what it says on stderr, which is passed on otherwise. */
  readonly onLog?: (text: string) => void;
}

/** A server that was started and is ready. Disposing it stops it and waits for its end. */
export class RunningServer implements AsyncDisposable {
  /** Its address as it printed it, such as `ft://127.0.0.1:40123`. */
  readonly url: string;
  /** Its process id. */
  readonly pid: number;
  readonly #child: Child;
  readonly #rest: Promise<void>;

  private constructor(child: Child, url: string, rest: Promise<void>) {
    this.#child = child;
    this.pid = child.pid;
    this.url = url;
    this.#rest = rest;
  }

  /**
   * Starts a server on a free port of the loopback and waits for its `ready`.
   *
   * @throws {Error} When it ends, or says nothing for 20 s, before it is ready.
   */
  static async start(program: Program, options: ServerOptions): Promise<RunningServer> {
    const child = new Child(program, [
      ...["--root", options.root, "--state", options.state],
      ...["--listen", options.listen ?? "ft://127.0.0.1:0"],
      ...["--log-level", options.logLevel ?? "warning"],
      ...options.args ?? [],
    ], options);
    const timer = setTimeout(() => child.kill("SIGKILL"), READY_TIMEOUT_MS);
    try {
      const url = await readUrl(child.lines);
      return new RunningServer(child, url, drain(child.lines));
    } catch (error) {
      child.kill("SIGKILL");
      await child.ended;
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Resolves when it has ended, for whatever reason. */
  get ended(): Promise<unknown> {
    return Promise.all([this.#child.ended, this.#rest]);
  }

  /** Ends it at once, as a power cut would, and waits for its end. */
  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.ended;
  }

  /** Asks it to end. */
  signal(signal: Deno.Signal): void {
    this.#child.kill(signal);
  }

  /** Stops it as an operator would, or at once where it does not obey. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGTERM");
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), STOP_TIMEOUT_MS);
    await this.ended;
    clearTimeout(timer);
  }
}

type TextReader = ReadableStreamDefaultReader<string>;

/** A child process that may be killed twice, or after its end. */
class Child {
  readonly pid: number;
  readonly lines: TextReader;
  readonly ended: Promise<void>;
  readonly kill: (signal: Deno.Signal) => void;

  constructor(program: Program, args: readonly string[], { state, env, onLog }: ServerOptions) {
    const child = new Deno.Command(program.path, {
      args: [...program.args, ...args],
      env: { XDG_STATE_HOME: state, XDG_CONFIG_HOME: state, NO_COLOR: "1", ...env },
      ...{ stdin: "null", stdout: "piped", stderr: onLog === undefined ? "inherit" : "piped" },
    }).spawn();
    this.pid = child.pid;
    this.lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    const logged = onLog === undefined ? undefined : follow(child.stderr, onLog);
    this.ended = Promise.all([child.status, logged]).then(() => {});
    this.kill = (signal) => sendSignal(child, signal);
  }
}

async function readUrl(reader: TextReader): Promise<string> {
  for (let text = "";;) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`ftserver ended, or was not ready in time: ${text.trim()}`);
    text += value;
    const url = text.match(/^listening on (\S+)$/m)?.[1];
    if (url !== undefined && /^ready$/m.test(text)) return url;
  }
}

async function drain(reader: TextReader): Promise<void> {
  while (!(await reader.read()).done);
}

async function follow(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  onText: (text: string) => void,
) {
  for await (const text of stream.pipeThrough(new TextDecoderStream())) onText(text);
}
