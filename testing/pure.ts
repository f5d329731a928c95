/**
 * Tests that touch nothing outside of themselves.
 *
 * @module
 */

/** Registers a test that runs without any permission. */
export function pure(name: string, fn: () => void | Promise<void>): void {
  Deno.test({ name, permissions: "none", fn });
}
