/**
 * Runs before each test file of `deno task test`, and adds to `Deno.test` what its options lack: a
 * default timeout, and a line for each test that is skipped.
 *
 * A test that runs longer than 120 s, or the seconds in `FT_TEST_TIMEOUT`, fails by its name. A test
 * with a `timeout` of its own keeps that.
 *
 * @module
 */

import type { Skip } from "./skip.ts";
import { withTimeout } from "./with_timeout.ts";

const TIMEOUT_MS = 1000 * Number(Deno.env.get("FT_TEST_TIMEOUT") ?? 120);

type Options = Partial<Deno.TestDefinition & Skip>;
type TestFunction = Deno.TestDefinition["fn"];

/** Adds the defaults to the arguments of `Deno.test`, in any of its forms. */
function withDefaults(args: readonly unknown[]): unknown[] {
  const given = args.find((arg) => typeof arg === "object") as Options | undefined;
  const name = given?.name ?? args.find((arg) => typeof arg === "string");
  const fn = given?.fn ?? args.find((arg) => typeof arg === "function") as TestFunction;
  if (given?.ignore) reportSkipped(`${name ?? fn.name}`, given.reason);
  // The option crashes Deno 2.9 where a test has permissions of its own.
  const timed = given?.permissions === undefined
    ? { timeout: TIMEOUT_MS, ...given, fn }
    : { ...given, fn: limited(fn) };
  return [{ ...timed, name: name ?? fn.name }];
}

function reportSkipped(name: string, reason: string | undefined): void {
  if (reason === undefined) throw new Error(`"${name}" is skipped without a reason`);
  console.log(`skipped: ${name} (${reason})`);
}

/** Rejects after the timeout; it cannot end a test that never yields. */
function limited(fn: TestFunction): TestFunction {
  return (context) =>
    withTimeout((async () => await fn(context))(), TIMEOUT_MS, () => {
      throw new Error(`Test timed out after ${TIMEOUT_MS}ms`);
    });
}

Object.assign(Deno, {
  test: new Proxy(Deno.test, {
    apply: (test, self, args) => Reflect.apply(test, self, withDefaults(args)),
  }),
});
