/**
 * Connecting once.
 *
 * @module
 */

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
  },
) => Promise<Remote>;
