/**
 * Stands for the shares of a server without them.
 *
 * @module
 */

import { FtError } from "../../base/errors.ts";
import type { RemoteShares } from "./remote_shares.ts";

/** The error for a server that makes no shares. */
function sharesNothing(where: string): FtError {
  return new FtError("protocol", `${where} does not share by links`);
}

/** Returns shares that refuse everything, for a server without them. */
export function noShares(where: string): RemoteShares {
  const refuse = () => Promise.reject(sharesNothing(where));
  return { make: refuse, list: refuse, revoke: refuse };
}
