/**
 * `ftserver status`.
 *
 * @module
 */

import { FtError, hasCode } from "../../../base/errors.ts";
import { askLocally } from "../../../net/local_socket.ts";
import type { ServerStatus } from "../../../server/status.ts";
import { statusPath } from "../start/monitoring.ts";
import { stateDir } from "../start/serve_options.ts";
import type { ServerContext } from "../server_context.ts";
import { formatBytes } from "../../format/sizes.ts";
import { formatSeconds } from "../../format/times.ts";

/** Asks the server that runs on a state folder, and prints what it tells. */
export async function runStatus({ values, readEnv, out }: ServerContext): Promise<number> {
  const status = await ask(stateDir(values.state, readEnv));
  if (out.json) out.object(status);
  else for (const line of statusLines(status, Date.now())) out.line(line);
  return 0;
}

async function ask(state: string): Promise<ServerStatus> {
  try {
    return JSON.parse(await askLocally(statusPath(state)));
  } catch (error) {
    if (!hasCode(error, "not_found") && !hasCode(error, "network")) throw error;
    throw new FtError("network", `no server runs with --state ${state}`, { cause: error });
  }
}

/** A status for people. */
export function statusLines(status: ServerStatus, nowMs: number): readonly string[] {
  const { connections, transfers, seats, cache, refusals, addresses } = status;
  const upSeconds = Math.max(0, Math.round((nowMs - Date.parse(status.startedAt)) / 1000));
  const way = (name: string, one: ServerStatus["transfers"]["get"]) =>
    `${name} ${one.running} running, ${one.done} done, ${one.failed} failed; ` +
    `${formatBytes(one.bytes)}, ${formatBytes(one.bytesPerSecond)}/s`;
  const refused = Object.entries(refusals).map(([code, count]) => `${count} ${code}`);
  return [
    `ftserver ${status.version}, process ${status.pid}, ${status.draining ? "stopping" : "up"} ` +
    `for ${formatSeconds(upSeconds)}`,
    ...addresses.map((address) => `listening    ${address}`),
    `connections  ${connections.open} open, ${connections.accepted} so far, ` +
    `${connections.refused} refused`,
    way("downloads   ", transfers.get),
    way("uploads     ", transfers.put),
    `chat         ${seats} seats`,
    `digest cache ${cache.hits} hits, ${cache.misses} misses`,
    `refusals     ${refused.length === 0 ? "none" : refused.join(", ")}`,
  ];
}
