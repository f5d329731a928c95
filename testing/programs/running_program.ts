/**
 * A real program that runs, and its output so far.
 *
 * @module
 */

import type { Program } from "./program.ts";

/** Milliseconds a program may run. */
const TIMEOUT_MS = 60_000;

/** The result of a program that has ended. */
export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Seconds from its start to its exit. */
  readonly seconds: number;
}

/** Options of {@linkcode RunningProgram.start}. */
export interface RunOptions {
  /** Its standard input. @default none */
  readonly stdin?: Uint8Array | string;
  /** Additional environment variables. */
  readonly env?: Readonly<Record<string, string>>;
  /** Whether it gets no other environment variables. @default {false} */
  readonly clearEnv?: boolean;
  /** Its working folder. */
  readonly cwd?: string;
  /** Milliseconds until it is killed. @default {60_000} */
  readonly timeoutMs?: number;
  /** Ends the program when it is aborted. */
  readonly signal?: AbortSignal;
}

/** A program that was started. Disposing it kills the program and waits for its end. */
export class RunningProgram implements AsyncDisposable {
  /** Its process id. */
  readonly pid: number;
  /** Resolves when the program has ended. */
  readonly finished: Promise<Finished>;
  readonly #child: Deno.ChildProcess;
  readonly #stdout: Output;
  readonly #stderr: Output;

  private constructor(child: Deno.ChildProcess, finished: Promise<number>) {
    const started = performance.now();
    this.#child = child;
    this.pid = child.pid;
    [this.#stdout, this.#stderr] = [new Output(child.stdout), new Output(child.stderr)];
    const ended = Promise.all([finished, this.#stdout.ended, this.#stderr.ended]);
    this.finished = ended.then(([code]) => ({
      ...{ code, stdout: this.stdout, stderr: this.stderr },
      seconds: (performance.now() - started) / 1000,
    }));
  }

  /** Starts a program. */
  static start(
    { path, args: first }: Program,
    args: readonly string[],
    { stdin, timeoutMs = TIMEOUT_MS, ...options }: RunOptions = {},
  ): RunningProgram {
    const child = new Deno.Command(path, {
      ...options,
      args: [...first, ...args],
      stdin: stdin === undefined ? "null" : "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const timer = timeoutMs === Infinity
      ? undefined
      : setTimeout(() => signalTo(child, "SIGKILL"), timeoutMs);
    const written = stdin === undefined ? undefined : writeAll(child.stdin, stdin);
    const ended = Promise.all([child.status, written]).then(([{ code }]) => {
      clearTimeout(timer);
      return code;
    });
    return new RunningProgram(child, ended);
  }

  /** The standard output so far. */
  get stdout(): string {
    return this.#stdout.text;
  }

  /** The standard error so far. */
  get stderr(): string {
    return this.#stderr.text;
  }

  /**
   * Waits until stdout has a match, and returns it.
   *
   * @throws {Error} When the program ends without one.
   */
  async printed(pattern: RegExp): Promise<string> {
    return await this.#stdout.find(pattern) ?? this.#fail(pattern);
  }

  /**
   * Waits until stderr has a match, and returns it.
   *
   * @param from The length of stderr from which on it is searched.
   * @throws {Error} When the program ends without one.
   */
  async reported(pattern: RegExp, from = 0): Promise<string> {
    return await this.#stderr.find(pattern, from) ?? this.#fail(pattern);
  }

  #fail(pattern: RegExp): never {
    throw new Error(`the program ended without ${pattern}: ${this.stdout}${this.stderr}`);
  }

  /** Sends a signal, unless the program has ended. */
  signal(signal: Deno.Signal): void {
    signalTo(this.#child, signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.signal("SIGKILL");
    await this.finished;
  }
}

/**
 * Runs a program to its end, without standard input.
 *
 * @param signal Ends the program when it is aborted.
 */
export function runProgram(
  program: Program,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  signal?: AbortSignal,
): Promise<Finished> {
  return RunningProgram.start(program, args, { env, signal, timeoutMs: Infinity }).finished;
}

/**
 * Runs a program that must succeed.
 *
 * @throws {Error} With its stderr, when its exit code is not 0.
 */
export async function runSuccessfully(
  program: Program,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Finished> {
  const finished = await runProgram(program, args, env);
  if (finished.code === 0) return finished;
  const output = finished.stderr.trim() || finished.stdout.trim() || "(no output)";
  throw new Error(`${program.path} ${args.join(" ")}\nexit code ${finished.code}: ${output}`);
}

/** The output of a program so far, decoded as UTF-8. */
class Output {
  text = "";
  readonly ended: Promise<void>;
  readonly #waiting = new Set<() => void>();
  #over = false;

  constructor(stream: ReadableStream<Uint8Array<ArrayBuffer>>) {
    this.ended = this.#read(stream);
  }

  async #read(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      this.text += text;
      this.#waiting.forEach((look) => look());
    }
    this.#over = true;
    this.#waiting.forEach((look) => look());
  }

  /** Returns the first match as soon as there is one, or null when the output ends without. */
  find(pattern: RegExp, from = 0): Promise<string | null> {
    return new Promise((resolve) => {
      const look = () => {
        const match = this.text.slice(from).match(pattern);
        if (match === null && !this.#over) return;
        this.#waiting.delete(look);
        resolve(match && match[0]);
      };
      this.#waiting.add(look);
      look();
    });
  }
}

function signalTo(child: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    child.kill(signal);
  } catch (error) {
    // A TypeError says that the program has ended.
    if (!(error instanceof TypeError)) throw error;
  }
}

async function writeAll(stdin: WritableStream<Uint8Array>, content: Uint8Array | string) {
  const writer = stdin.getWriter();
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  try {
    await writer.write(bytes);
    await writer.close();
  } catch {
    // The program ended without reading all of it; its exit code says why.
  }
}
