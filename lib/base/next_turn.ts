/**
 * Turns of the event loop.
 *
 * @module
 */

/** Lets the event loop have a turn: all that is ready runs first. */
export async function nextTurn(): Promise<void> {
  // Loaded when it is needed, which is never in a short command.
  const { setImmediate } = await import("node:timers/promises");
  await setImmediate();
}
