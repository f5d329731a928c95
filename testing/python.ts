/**
 * Python programs beside a test.
 *
 * @module
 */

import { join } from "./paths.ts";
import { REPOSITORY } from "./programs.ts";

/** Whether there is a Python to run them; where there is none the tests are skipped, and say so. */
export const hasPython: boolean = await new Deno.Command("python3", { args: ["--version"] })
  .output().then(({ success }) => success, () => false);

if (!hasPython) console.warn("tests/interop: skipped, as there is no python3");

/** A program that runs. Disposing it ends it. */
export interface PythonProgram extends AsyncDisposable {
  /** The next line it prints; `undefined` at the end. */
  line(): Promise<string | undefined>;
  /** Waits for its end. @throws What it wrote to stderr, where it failed. */
  done(): Promise<void>;
}

/** Starts a program of this folder. */
export function startPython(file: string, ...args: string[]): PythonProgram {
  return run([join(REPOSITORY, `tests/interop/${file}`), ...args]);
}

/** Starts something that takes a core for itself. */
export function busyLoop(): PythonProgram {
  return run(["-c", "while True: pass"]);
}

function run(args: string[]): PythonProgram {
  const child = new Deno.Command("python3", {
    args,
    ...{ stdin: "piped", stdout: "piped", stderr: "piped" },
  }).spawn();
  const lines = linesOf(child.stdout);
  const errors = new Response(child.stderr).text();
  const stdin = child.stdin.getWriter();
  return {
    line: async () => (await lines.next()).value,
    async done() {
      const { success } = await child.status;
      if (!success) throw new Error(await errors);
    },
    async [Symbol.asyncDispose]() {
      await stdin.close().catch(() => {});
      try {
        child.kill("SIGKILL");
      } catch {
        // It has ended by itself.
      }
      await child.status;
      await errors;
      while (!(await lines.next()).done);
    },
  };
}

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string, undefined> {
  let left = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const parts = (left + text).split("\n");
    left = parts.pop()!;
    yield* parts;
  }
  return undefined;
}
