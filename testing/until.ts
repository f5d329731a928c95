/**
 * Waiting for what is seen but not announced.
 *
 * @module
 */

import { delay } from "@std/async/delay";

/** Milliseconds between two looks. */
const LOOK_MS = 10;

/** Waits until a condition holds; the test's own timeout ends it. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!await holds()) await delay(LOOK_MS);
}
