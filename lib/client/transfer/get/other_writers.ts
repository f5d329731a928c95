/**
 * Downloads that meet other programs which write the same target, such as a second run of the same
 * command.
 *
 * @module
 */

import { FtError } from "../../../base/errors.ts";
import { MAX_TARGET_CHANGES, PART_STALL_MS } from "../../../base/limits.ts";
import { delay } from "../../../base/signals.ts";
import type { TransferResult } from "../../remote/transfer_events.ts";
import type { DownloadRequest } from "../../remote/transfers.ts";
import { localStatus } from "../local_path.ts";
import { isBeingWritten } from "./part_file.ts";
import { type PartPaths, partPaths } from "./part_names.ts";

/** Milliseconds between two looks at the part file of another program. */
const POLL_MS = 100;

/**
 * Runs attempts to download a file until one has a result. One without a result found that another
 * program is writing the target, or has created it: the next begins when that program has finished,
 * and compares the target again.
 *
 * @throws What an attempt throws; `conflict` if the other program makes no progress.
 */
export async function untilPlaced(
  request: DownloadRequest,
  attempt: () => Promise<TransferResult | null>,
): Promise<TransferResult> {
  const { target, progress } = request;
  for (let tries = 0; tries <= MAX_TARGET_CHANGES; tries++) {
    const result = await attempt();
    if (result !== null) return result;
    await finished(request);
    progress.restart();
  }
  throw new FtError("conflict", `already exists: ${target}`, { name: target });
}

/** Waits until no other program writes the part file. */
async function finished({ target, context }: DownloadRequest): Promise<void> {
  const { onEvent, signal, partLike } = context;
  const paths = partPaths(target, partLike);
  let seen = "";
  let since = performance.now();
  for (let first = true; isBeingWritten(paths); first = false) {
    const now = stateOf(paths);
    if (now !== seen) [seen, since] = [now, performance.now()];
    if (performance.now() - since > PART_STALL_MS) {
      throw new FtError("conflict", `another transfer is writing ${target}`, { name: target });
    }
    if (first) {
      onEvent({ kind: "notice", text: `waiting for another transfer, which is writing ${target}` });
    }
    await delay(POLL_MS, signal);
  }
}

/** Changes whenever the part file is written. */
function stateOf({ part }: PartPaths): string {
  const found = localStatus(part);
  return `${found?.size} ${found?.mtime?.getTime()}`;
}
