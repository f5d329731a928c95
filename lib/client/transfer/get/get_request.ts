/**
 * Requests for downloads.
 *
 * @module
 */

import type { BatchOptions } from "../batch_run.ts";
import type { MirrorOptions } from "../mirror/mirror.ts";

/** Names to download. */
export interface GetRequest extends BatchOptions {
  /** Names on the server. */
  readonly names: readonly string[];
  /** Whether names that do not exist may be patterns. @default {false} */
  readonly patterns?: boolean;
  /** The local folder; created if it is missing. */
  readonly dir: string;
  /** The local file, for a single name. */
  readonly output?: string;
  /** Takes the content of a single name instead of a file. */
  readonly sink?: WritableStream<Uint8Array>;
  /**
   * Whether the sink is done with a chunk when its write has ended, so that the memory is used again.
   *
   * @default {false}
   */
  readonly sinkBorrows?: boolean;
  /** Whether names may be folders, which are downloaded with everything below them. */
  readonly recursive: boolean;
  /** Whether what the local folders have in addition is removed. @default it stays */
  readonly mirror?: MirrorOptions | undefined;
}
