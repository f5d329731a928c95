/**
 * The executables in `dist/` on a machine on which they were just downloaded: in an empty folder,
 * with an empty home folder and an almost empty environment.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { type Finished, RunningProgram } from "../../testing/programs/running_program.ts";
import { REPOSITORY } from "../../testing/repository.ts";
import { type TempDir, tempDir } from "../../testing/temp_dir.ts";
import { hostTarget, type ProgramName } from "../../tools/compile/targets.ts";

/** Returns the path of an executable. */
export function executable(program: ProgramName): string {
  return join(REPOSITORY, "dist", program + hostTarget().suffix);
}

/** Options of {@linkcode FreshMachine.start}. */
interface StartOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
}

/** A machine on which nothing was run before. Disposing it removes its files. */
export class FreshMachine implements AsyncDisposable {
  readonly #dir: TempDir;

  private constructor(dir: TempDir) {
    this.#dir = dir;
  }

  /** Creates a machine: `await using machine = await FreshMachine.create()`. */
  static async create(): Promise<FreshMachine> {
    const dir = await tempDir();
    await Deno.mkdir(dir.join("home"));
    await Deno.mkdir(dir.join("here"));
    return new FreshMachine(dir);
  }

  /** The home folder. */
  get home(): string {
    return this.#dir.join("home");
  }

  /** Returns a path in the working folder. */
  path(name: string): string {
    return join(this.#dir.path, "here", name);
  }

  /** Starts one of our programs, or the executable at a path. */
  start(
    program: string,
    args: readonly string[],
    { env, stdin }: StartOptions = {},
  ): RunningProgram {
    const path = program.includes("/") ? program : executable(program as ProgramName);
    return RunningProgram.start({ path, args: [] }, args, {
      ...{ cwd: this.path(""), clearEnv: true, stdin },
      env: { ...inherited(), HOME: this.home, ...env },
    });
  }

  /** Runs a program to its end. */
  run(program: string, args: readonly string[], options?: StartOptions): Promise<Finished> {
    return this.start(program, args, options).finished;
  }

  /** Runs `ftclient` against a server, checks its exit code, and returns its stdout. */
  async client(server: Server, args: readonly string[], code = 0): Promise<string> {
    const ended = await this.run("ftclient", [...args, "--host", server.url, "--retries", "0"]);
    assertEquals(ended.code, code, `ftclient ${args.join(" ")}: ${ended.stderr}`);
    return ended.stdout;
  }

  /** Starts `ftserver` on a free port and waits until it is ready. */
  async serve(listen = "ft://127.0.0.1:0", ...more: readonly string[]): Promise<Server> {
    await using stack = new AsyncDisposableStack();
    const program = stack.use(this.start("ftserver", [
      ...["--root", "served", "--listen", listen, "--log-level", "warning"],
      ...more,
    ]));
    await program.printed(/^ready$/m);
    const url = /^listening on (\S+)$/m.exec(program.stdout)![1]!;
    const owned = stack.move();
    return { program, url, [Symbol.asyncDispose]: () => owned.disposeAsync() };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#dir[Symbol.asyncDispose]();
  }
}

/** Returns the environment variables that exist on every machine. */
function inherited(): Record<string, string> {
  // Windows opens no socket without SystemRoot.
  const found = ["PATH", "SystemRoot"].map((name) => [name, Deno.env.get(name)] as const);
  return Object.fromEntries(
    found.filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
}

/** A server that is ready. Disposing it kills the server. */
export interface Server extends AsyncDisposable {
  readonly url: string;
  readonly program: RunningProgram;
}
