/**
 * On whose behalf files are read.
 *
 * @module
 */

import type { ReadAhead } from "./read_ahead.ts";

/** The caller that needs content or digests. */
export interface SourceReader {
  /** A user, or the host of anonymous clients. */
  readonly holder: string;
  /** Shared by the reads of one caller. @default its own */
  readonly ahead?: ReadAhead;
  /** Whether content is compared with its known digests. @default {false} */
  readonly verify?: boolean | undefined;
  /** Stops reading and hashing. */
  readonly signal?: AbortSignal | undefined;
}
