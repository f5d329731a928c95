/**
 * A connection to a server, as commands see it.
 *
 * @module
 */

import type { CallOptions, Files } from "../../service/files.ts";
import type { Receipt } from "../../native/receipts.ts";
import type { Transfers } from "./transfers.ts";
import type { RemoteChat } from "./remote_chat.ts";
import type { RemoteVersions } from "./remote_versions.ts";
import type { RemoteShares } from "./remote_shares.ts";

export type * from "./remote_shares.ts";
export type * from "./remote_versions.ts";

/** A connection to a server. Disposing it disconnects. */
export interface Remote extends AsyncDisposable {
  /** Its file service. */
  readonly files: Files;
  /**
   * Moves whole files; `getFiles` and `putFiles` are made of it.
   *
   * @internal
   */
  readonly transfers: Transfers;
  /** Its chat. */
  readonly chat: RemoteChat;
  /** The links by which this login shares. */
  readonly shares: RemoteShares;
  /** The versions that it keeps of what was overwritten or removed. */
  readonly versions: RemoteVersions;
  /**
   * Asks the server to sign what is stored under a path.
   *
   * @param root The root of the content that is meant.
   * @throws `not_found`, `conflict` for other content, `protocol` for a server that signs none.
   */
  receipt(path: string, root: string, options?: CallOptions): Promise<Receipt>;
  /** `native`, or the name of a legacy dialect. */
  readonly dialect: string;
  /** Ends when the connection does. */
  readonly signal: AbortSignal;
  /** Roughly how many milliseconds the server's clock is ahead; absent if it does not report it. */
  readonly clockAheadMs?: number | undefined;
  /** Round-trip time in milliseconds. */
  ping(options?: CallOptions): Promise<number>;
}
