/**
 * Runs tests, and the type check, in a work tree.
 *
 * @module
 */

import type { WorkTree } from "./work_tree.ts";

/** The result of running tests. */
export type Outcome =
  | { readonly kind: "passed"; readonly seconds: number }
  /** `test` is the file and the name of the first test that failed. */
  | { readonly kind: "failed"; readonly file: string; readonly test: string }
  /** As above; the name is missing if the whole process hung. */
  | { readonly kind: "hung"; readonly file?: string; readonly test?: string };

/** A test that takes longer hangs. */
const TEST_TIMEOUT_SECONDS = 60;

/**
 * Runs tests until the first one fails.
 *
 * @param timeoutMs The whole process group is killed after this many milliseconds.
 */
export async function runTests(
  tree: WorkTree,
  tests: readonly string[],
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Outcome> {
  const started = performance.now();
  const flags = ["test", "-A", "--no-check", "--preload", "testing/preload.ts", "--doc"];
  flags.push("--fail-fast", "--quiet");
  const { code, output } = await run(tree, [...flags, ...tests], timeoutMs, signal);
  if (code === undefined) return { kind: "hung" };
  if (code === 0) return { kind: "passed", seconds: (performance.now() - started) / 1000 };
  const kind = /Test timed out after \d+ ?ms/.test(output) ? "hung" : "failed";
  return { kind, ...firstFailure(output) };
}

/** Whether a file of the tree passes the type check. */
export async function typeChecks(
  tree: WorkTree,
  file: string,
  signal: AbortSignal,
): Promise<boolean> {
  return (await run(tree, ["check", "--quiet", file], 120_000, signal)).code === 0;
}

/**
 * Reads the first failed test from the output of `deno test`.
 *
 * @example
 * ```ts
 * import { firstFailure } from "./run_tests.ts";
 *
 * const { file, test } = firstFailure("running 1 test from ./tests/a_test.ts\na works ... FAILED (1ms)");
 * if (file !== "tests/a_test.ts" || test !== "a works") throw new Error(file + test);
 * ```
 */
export function firstFailure(output: string): { file: string; test: string } {
  let file = "";
  for (const line of output.split("\n")) {
    file = line.match(/^running \d+ tests? from (?:\.\/)?(.+)$/)?.[1] ?? file;
    const test = line.match(/^\s*(.+) \.\.\. FAILED\b/)?.[1];
    // Examples in doc comments have a file name such as `lib/a.ts#3-9.ts`.
    if (test !== undefined) return { file: file.replace(/(\.ts)[#$].*/, "$1"), test };
  }
  const line = output.split("\n").find((line) => line.startsWith("error")) ?? output.trim();
  return { file: "", test: line.trim().slice(0, 120) };
}

/** Runs Deno in a process group of its own; the code is `undefined` after a timeout. */
async function run(
  tree: WorkTree,
  args: readonly string[],
  timeoutMs: number,
  signal: AbortSignal,
): Promise<{ code: number | undefined; output: string }> {
  signal.throwIfAborted();
  const child = new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: tree.path,
    env: { NO_COLOR: "1", TMPDIR: tree.temp, FT_TEST_TIMEOUT: `${TEST_TIMEOUT_SECONDS}` },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    detached: true,
  }).spawn();
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    killGroup(child.pid);
  }, timeoutMs);
  const onAbort = () => killGroup(child.pid);
  signal.addEventListener("abort", onAbort);
  try {
    // Programs that a test left running hold the pipes open: only the end of Deno counts.
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    const reading = [collect(child.stdout, chunks), collect(child.stderr, chunks)];
    const { code } = await child.status;
    killGroup(child.pid);
    await Promise.all(reading);
    signal.throwIfAborted();
    const output = await new Blob(chunks).text();
    return { code: timedOut ? undefined : code, output };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", onAbort);
  }
}

async function collect(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  chunks: Uint8Array<ArrayBuffer>[],
): Promise<void> {
  for await (const chunk of stream) chunks.push(chunk);
}

function killGroup(pid: number): void {
  try {
    Deno.kill(-pid, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound || error instanceof TypeError)) throw error;
  }
}
