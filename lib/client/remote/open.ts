/**
 * Connecting once.
 *
 * @module
 */

import type { Endpoint } from "./endpoint.ts";
import type { AheadRequest } from "./opened_reading.ts";
import type { Remote } from "./remote.ts";

export type { AheadRequest } from "./opened_reading.ts";

/** Connects once. */
export type OpenRemote = (
  options?: {
    /** A file that is read at once, if the connection is native. @default none */
    readonly ahead?: AheadRequest | undefined;
    /** A name about which the connection, if it is native, asks at once. @default none */
    readonly statAhead?: string | undefined;
    /** Milliseconds to wait for a connection, if less than the timeout. @default the timeout */
    readonly dialTimeoutMs?: number | undefined;
    /** The only server of a cluster that is wanted. @default the first one that answers */
    readonly only?: Endpoint | undefined;
  },
) => Promise<Remote>;
