/**
 * `ftserver locks`.
 *
 * @module
 */

import { MAX_LEASES, MAX_PATH_BYTES } from "../../../base/limits.ts";
import type { ServerLock } from "../../../server/status.ts";
import { formatClock } from "../../format/times.ts";
import { printTable } from "../../terminal/table.ts";
import { askServer } from "../ask_server.ts";
import type { ServerContext } from "../server_context.ts";
import { locksPath } from "../start/monitoring.ts";
import { stateDir } from "../state_dir.ts";

/** Room for all locks: JSON escapes at most doubled, with the holder and the time. */
const MAX_ANSWER_BYTES = MAX_LEASES * (2 * MAX_PATH_BYTES + 1024);

/** Prints the locks of a running server: one line per lock with path, holder and time left. */
export async function runLocks({ values, readEnv, out }: ServerContext): Promise<number> {
  const state = stateDir(values.state, readEnv);
  const locks = await askServer<readonly ServerLock[]>(state, locksPath, {
    maxBytes: MAX_ANSWER_BYTES,
  });
  if (out.json) locks.forEach((lock) => out.object(lock));
  else printTable(out, ["PATH", "HOLDER", "TIME LEFT"], locks.map(lockFields));
  return 0;
}

function lockFields({ path, holder, leftMs }: ServerLock): string[] {
  return [path, holder, `${formatClock(leftMs / 1000)} left`];
}
