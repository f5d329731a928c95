/**
 * The chat in the memory of the browser.
 *
 * @module
 */

import type { Stored } from "../stored.ts";

/** The values; all may be missing. */
export interface Remembered {
  /** The time of the last message that was seen, in milliseconds since 1970. */
  readonly seenMs: number;
  /** The name that was chosen. */
  readonly name: string;
  /** The user that chose it. */
  readonly nameOf: string;
  readonly isOpen: boolean;
  /** Whether the user has left the chat, and not come back. */
  readonly hasLeft: boolean;
}

/** The memory. */
export type ChatMemory = Pick<Stored<Remembered>, "read" | "write">;
