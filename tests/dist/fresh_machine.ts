/**
 * The executables in `dist/` as somebody runs them who has just downloaded them: from an empty
 * folder, with an empty home and nothing else in the environment.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { REPOSITORY } from "../../testing/repository.ts";
import { join } from "node:path";
import { hostTarget, type ProgramName } from "../../tools/compile/targets.ts";
import { tempDir } from "../../testing/temp_dir.ts";

/** What a program that ended left behind. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program that still runs; disposing kills it. */
export interface Running extends AsyncDisposable {
  /** What it prints, line by line. */
  readonly stdout: AsyncIterator<string>;
  readonly stderr: AsyncIterator<string>;
  kill(signal: Deno.Signal): void;
  /** Its exit code. */
  readonly code: Promise<number>;
}

/** Where the executables are. */
export function executable(program: ProgramName): string {
  return join(REPOSITORY, "dist", program + hostTarget().suffix);
}

/** A machine on which nothing was ever run. */
export class FreshMachine implements AsyncDisposable {
  private constructor(readonly dir: string, readonly remove: () => PromiseLike<void>) {}

  /** Makes one: `await using machine = await FreshMachine.make()`. */
  static async make(): Promise<FreshMachine> {
    const dir = await tempDir();
    await Deno.mkdir(dir.join("home"));
    await Deno.mkdir(dir.join("here"));
    return new FreshMachine(dir.path, () => dir[Symbol.asyncDispose]());
  }

  get home(): string {
    return join(this.dir, "home");
  }

  /** A path in the folder that the programs run in. */
  path(name: string): string {
    return join(this.dir, "here", name);
  }

  /** Starts a program, or another executable at a path. */
  start(
    program: string,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
    stdin: "null" | "piped" = "null",
  ): Deno.ChildProcess {
    return new Deno.Command(program.includes("/") ? program : executable(program as ProgramName), {
      args: [...args],
      cwd: this.path(""),
      clearEnv: true,
      env: { ...inherited(), HOME: this.home, ...env },
      stdin,
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  }

  /** Runs a program to its end. */
  async run(
    program: string,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
    input?: string,
  ): Promise<Ended> {
    const child = this.start(program, args, env, input === undefined ? "null" : "piped");
    if (input !== undefined) {
      const writer = child.stdin.getWriter();
      await writer.write(new TextEncoder().encode(input));
      await writer.close();
    }
    const { code, stdout, stderr } = await child.output();
    const decoder = new TextDecoder();
    return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
  }

  /** Runs `ftclient` against a server, with an expected exit code, and tells its stdout. */
  async client(server: Server, args: readonly string[], code = 0): Promise<string> {
    const ended = await this.run("ftclient", [...args, "--host", server.url, "--retries", "0"]);
    assertEquals(ended.code, code, `ftclient ${args.join(" ")}: ${ended.stderr}`);
    return ended.stdout;
  }

  /** Runs a program for as long as it is in scope. */
  background(program: string, args: readonly string[]): Running {
    const child = this.start(program, args);
    let ended = false;
    const status = child.status.then(({ code }) => {
      ended = true;
      return code;
    });
    const [stdout, stderr] = [lines(child.stdout), lines(child.stderr)];
    return {
      ...{ stdout, stderr, code: status },
      kill: (signal) => child.kill(signal),
      async [Symbol.asyncDispose]() {
        if (!ended) child.kill("SIGKILL");
        await Promise.all([drain(stdout), drain(stderr), status]);
      },
    };
  }

  /** Starts `ftserver` on a free port and waits until it is ready. */
  async serve(listen = "ft://127.0.0.1:0"): Promise<Server> {
    const running = this.background("ftserver", [
      ...["--root", "served", "--listen", listen, "--log-level", "warning"],
    ]);
    let url = "";
    for (;;) {
      const { value, done } = await running.stdout.next();
      if (done) {
        const { value: said } = await running.stderr.next();
        await running[Symbol.asyncDispose]();
        throw new Error(`ftserver ended before it was ready: ${said}`);
      }
      url = value.match(/^listening on (\S+)$/)?.[1] ?? url;
      if (value === "ready") return { ...running, url };
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.remove();
  }
}

/** What a program finds in the environment on the barest of machines. */
function inherited(): Record<string, string> {
  // Windows opens no socket without SystemRoot.
  const found = ["PATH", "SystemRoot"].map((name) => [name, Deno.env.get(name)] as const);
  return Object.fromEntries(
    found.filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
}

/** A server that is ready. */
export interface Server extends Running {
  readonly url: string;
}

async function* lines(stream: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  let text = "";
  for await (const part of stream.pipeThrough(new TextDecoderStream())) {
    const found = (text + part).split("\n");
    text = found.pop()!;
    yield* found;
  }
  if (text !== "") yield text;
}

async function drain(iterator: AsyncIterator<string>): Promise<void> {
  while (!(await iterator.next()).done);
}
