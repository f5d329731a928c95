/**
 * `ftserver locks`.
 *
 * @module
 */

import { MAX_LEASES, MAX_PATH_BYTES } from "../../../base/limits.ts";
import type { ServerLock } from "../../../server/status.ts";
import { formatClock } from "../../format/times.ts";
import { askServer } from "../ask_server.ts";
import type { ServerContext } from "../server_context.ts";
import { locksPath } from "../start/monitoring.ts";
import { stateDir } from "../state_dir.ts";

/** Room for all locks: JSON escapes at most doubled, with the holder and the time. */
const MAX_ANSWER_BYTES = MAX_LEASES * (2 * MAX_PATH_BYTES + 1024);

/** Prints the locks of a running server: one line per lock with path, holder and time left. */
export async function runLocks({ values, readEnv, out }: ServerContext): Promise<number> {
  const state = stateDir(values.state, readEnv);
  const locks = await askServer<readonly ServerLock[]>(state, locksPath, MAX_ANSWER_BYTES);
  for (const lock of locks) {
    if (out.json) out.object(lock);
    else out.line([lock.path, lock.holder, `${formatClock(lock.leftMs / 1000)} left`].join("  "));
  }
  return 0;
}
