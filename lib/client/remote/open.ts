/**
 * Connecting once.
 *
 * @module
 */

import type { StageOptions } from "../../service/files.ts";
import type { Endpoint } from "./endpoint.ts";
import type { AheadRequest } from "./opened_reading.ts";
import type { Remote } from "./remote.ts";

export type { AheadRequest } from "./opened_reading.ts";

/** An upload that is begun with the first bytes that are sent, if its name is free. */
export interface StageAhead {
  /** The name on the server. */
  readonly name: string;
  /** How it is staged. */
  readonly options: StageOptions;
}

/** Options of one connection. */
export interface OpenOptions {
  /** A file that is read at once, if the connection is native. @default none */
  readonly ahead?: AheadRequest | undefined;
  /** An upload that a native connection begins at once if its name is free. @default none */
  readonly stageAhead?: StageAhead | undefined;
  /** Called when a native connection has sent its first requests, before they are answered. */
  readonly onSent?: (() => void) | undefined;
  /** Milliseconds to wait for a connection, if less than the timeout. @default the timeout */
  readonly dialTimeoutMs?: number | undefined;
  /** The only server of a cluster that is wanted. @default the first one that answers */
  readonly only?: Endpoint | undefined;
}

/** Connects once. */
export type OpenRemote = (options?: OpenOptions) => Promise<Remote>;
