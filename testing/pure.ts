/**
 * Tests without permissions.
 *
 * @module
 */

import { fail } from "@std/assert";
import { withTimeout } from "./with_timeout.ts";

/** Milliseconds after which a test counts as hanging, also on a busy machine. */
const TIMEOUT_MS = 30_000;

/**
 * Registers a test that runs without any permission, and fails if it hangs.
 *
 * It does not use the `timeout` of `Deno.test`, which crashes Deno 2.9 in a test without permissions.
 */
export function pure(name: string, fn: () => void | Promise<void>): void {
  Deno.test({
    name,
    permissions: "none",
    // The test starts after the timer, which must not be one of its fake clock.
    fn: async () =>
      await withTimeout(Promise.resolve().then(fn), TIMEOUT_MS, () => fail("it hangs")),
  });
}
