/**
 * The notice that a server is stopping.
 *
 * @module
 */

import { DRAIN_TIMEOUT_MS } from "../../../base/limits.ts";
import type { ServerStatus } from "../../../server/status.ts";

/** Says how long the server waits, and for how many transfers. */
export function stoppingText({ transfers: { get, put } }: Pick<ServerStatus, "transfers">): string {
  const running = get.running + put.running;
  if (running === 0) return "stopping";
  const count = running === 1 ? "1 transfer" : `${running} transfers`;
  return `stopping: waiting up to ${
    DRAIN_TIMEOUT_MS / 1000
  } s for ${count}; ctrl-C again stops now`;
}
