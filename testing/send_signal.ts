/**
 * Signals to programs that may have ended.
 *
 * @module
 */

/** Sends a signal; one that comes after the end is none, heard of or not. */
export function sendSignal(child: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    child.kill(signal);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
}
