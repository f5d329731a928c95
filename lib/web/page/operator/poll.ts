/**
 * Looks at a server again and again, as long as somebody sees it.
 *
 * @module
 */

import type { View } from "./view.ts";

/** Milliseconds between the end of a look and the next one. */
export const POLL_MS = 900;

/** The result of a look. */
export type Found = { readonly view: View } | { readonly error: unknown };

/** The surroundings of a poll. */
export interface PollContext {
  /** Looks once. */
  load(signal: AbortSignal): Promise<View>;
  /** Is given the result of each look. */
  found(result: Found): void;
  /** Resolves when the page is visible, at once if it is. */
  visible(): Promise<void>;
  /** Waits. */
  pause(ms: number): Promise<void>;
}

/** Looks until the signal aborts. A failure is found, too, and the next look follows. */
export async function poll(context: PollContext, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await context.visible();
    if (signal.aborted) return;
    const result = await context.load(signal).then((view) => ({ view }), (error) => ({ error }));
    if (signal.aborted) return;
    context.found(result);
    await context.pause(POLL_MS);
  }
}
