/**
 * The requests of lanes: further connections of a client, which move blocks of its files.
 *
 * @module
 */

import { FtError } from "../../base/errors.ts";
import type { Request } from "../../native/schemas.ts";

/** Requests of a lane; the others belong on the first connection. */
const LANE_OPS: ReadonlySet<Request["op"]> = new Set<Request["op"]>(["stat", "read", "blocks"]);

/** @throws `usage` for a request that a lane does not take. */
export function requireLaneOp({ op }: Request): void {
  if (LANE_OPS.has(op)) return;
  throw new FtError("usage", `a further connection of a client moves blocks: it takes no ${op}`);
}
