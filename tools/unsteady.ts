/**
 * Runs again, each by itself, the few tests that failed in a run of all: on a busy machine a test may
 * miss its time. One that fails again has failed. One that passes is named `unsteady`, as it has a
 * defect, or found one: it is the next thing to mend.
 *
 * ```sh
 * deno run -A tools/unsteady.ts LOG    # the output of deno task test
 * ```
 *
 * @module
 */

/** Tests that may be unsteady in one run; with more of them, something is broken. */
const MAX_UNSTEADY = 2;

const FAILED_TEST = /^(\S+\.ts) => (.+?)(?: \.\.\. .*)? \.\.\. FAILED \(/gm;
const FAILED_RUN = /^FAILED \| \d+ passed.*? \| (\d+) failed/m;

/** A test that failed. */
export interface FailedTest {
  /** The path of its file. */
  readonly file: string;
  readonly name: string;
}

/**
 * Finds the tests that failed in the output of a parallel run.
 *
 * @returns None if there are too many, or if anything else failed as well.
 */
export function failedTests(log: string): readonly FailedTest[] {
  const found = log.matchAll(FAILED_TEST).map(([, file, name]) => JSON.stringify({ file, name }));
  const tests = [...new Set(found)].map((text) => JSON.parse(text) as FailedTest);
  const counted = Number(FAILED_RUN.exec(log)?.[1]);
  return tests.length === counted && counted <= MAX_UNSTEADY ? tests : [];
}

/** Runs one test. @returns Whether it passed. */
async function passes({ file, name }: FailedTest): Promise<boolean> {
  const filter = `/^${RegExp.escape(name)}$/`;
  const args = ["test", "-A", "--preload", "testing/preload.ts", "--filter", filter, file];
  const { success, stdout } = await new Deno.Command(Deno.execPath(), {
    args,
    stderr: "inherit",
  }).output();
  await new Response(stdout).body!.pipeTo(Deno.stderr.writable, { preventClose: true });
  // A filter that matches nothing would pass, too.
  return success && new TextDecoder().decode(stdout).includes("1 passed");
}

if (import.meta.main) {
  const tests = failedTests(await Deno.readTextFile(Deno.args[0]!));
  if (tests.length === 0) Deno.exit(1);
  for (const test of tests) {
    if (!await passes(test)) Deno.exit(1);
    console.log(`unsteady: ${test.name} (failed among all others, passed alone)`);
  }
}
