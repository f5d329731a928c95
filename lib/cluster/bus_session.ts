/**
 * The connection to the bus, as its users need to know it.
 *
 * @module
 */

import type { FtError } from "../base/errors.ts";

/** Whether there is a connection to the bus, and what to do without one. */
export interface BusSession {
  /** Whether the connection stands, now. */
  readonly connected: boolean;
  /** The error for something that cannot be done without the bus. */
  lost(cause?: unknown): FtError;
  /**
   * Waits until the connection stands.
   *
   * @returns A signal that ends when it is lost. What was followed then has to begin again.
   * @throws The signal's reason.
   */
  session(signal: AbortSignal): Promise<AbortSignal>;
}
