/**
 * What a user asks a download for.
 *
 * @module
 */

import type { TransferOptions } from "../transfer_context.ts";

/** What to download. */
export interface GetRequest extends TransferOptions {
  /** Names on the server. */
  readonly names: readonly string[];
  /** The local folder; made when missing. */
  readonly dir: string;
  /** The local file, for a single name. */
  readonly output?: string;
  /** Takes the content of a single name instead of a file. */
  readonly sink?: WritableStream<Uint8Array>;
  /** Whether folders are meant, with all below. */
  readonly recursive: boolean;
  /** Transfers at once. */
  readonly transfers: number;
  /** Attempts to connect again. @default {0} */
  readonly retries?: number;
}
