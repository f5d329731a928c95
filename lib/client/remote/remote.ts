/**
 * A server one is connected to.
 *
 * @module
 */

import type { CallOptions, Files } from "../../service/files.ts";
import type { LegacyServer } from "../legacy/legacy_server.ts";
import type { RemoteChat } from "./remote_chat.ts";

/** A connection to a server. Disposing it hangs up. */
export interface Remote extends AsyncDisposable {
  /** Its file service. */
  readonly files: Files;
  /** Its chat. */
  readonly chat: RemoteChat;
  /** What it can do where it speaks an older dialect: whole files, as streams. */
  readonly plain?: LegacyServer;
  /** `native`, or the older dialect's name. */
  readonly dialect: string;
  /** Ends when the connection does. */
  readonly signal: AbortSignal;
  /** Milliseconds the server's clock is ahead of ours, about; absent when it does not tell. */
  readonly clockAheadMs?: number | undefined;
  /** Round-trip time in milliseconds. */
  ping(options?: CallOptions): Promise<number>;
}
