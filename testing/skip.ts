/**
 * Tests that need something which not every machine has. `testing/preload.ts` prints the reason of
 * each test that is skipped.
 *
 * @module
 */

/** Options of a test that may be skipped. */
export interface Skip {
  readonly ignore: boolean;
  /** Why the test is skipped, in a few words. */
  readonly reason: string;
}

/**
 * Returns the options of tests with a requirement.
 *
 * @param met Whether the requirement is met; if not, the tests are skipped.
 * @param reason Why they are skipped.
 *
 * @example
 * ```ts
 * import { skipUnless } from "./skip.ts";
 *
 * const needsFish = skipUnless(false, "fish is not installed");
 * if (!needsFish.ignore) throw new Error();
 * // Deno.test("fish completes commands", needsFish, () => {});
 * ```
 */
export function skipUnless(met: boolean, reason: string): Skip {
  return { ignore: !met, reason };
}

/** Requires Linux. */
export const NEEDS_LINUX: Skip = skipUnless(Deno.build.os === "linux", "needs Linux");

/** Requires a system other than Windows. */
export const NEEDS_POSIX: Skip = skipUnless(Deno.build.os !== "windows", "needs a POSIX system");

/** Requires that slow tests are asked for. */
export const NEEDS_SLOW: Skip = skipUnless(Deno.env.get("FT_SLOW") === "1", "needs FT_SLOW=1");

/** Requires a program that is started with these arguments and exits with 0. */
export async function needsProgram(name: string, ...args: string[]): Promise<Skip> {
  try {
    const options = { args, stdin: "null", stdout: "null", stderr: "null" } as const;
    const { success } = await new Deno.Command(name, options).output();
    return skipUnless(success, `${name} does not work`);
  } catch {
    return skipUnless(false, `${name} is not installed`);
  }
}
