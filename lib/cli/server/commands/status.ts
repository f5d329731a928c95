/**
 * `ftserver status`.
 *
 * @module
 */

import { EXIT_CODES } from "../../../base/errors.ts";
import type { ServerStatus } from "../../../server/status.ts";
import { askServer } from "../ask_server.ts";
import { statusPath } from "../start/monitoring.ts";
import { stateDir } from "../state_dir.ts";
import type { ServerContext } from "../server_context.ts";
import { formatBytes } from "../../../base/format_bytes.ts";
import { formatRate } from "../../format/sizes.ts";
import { formatSeconds } from "../../format/times.ts";

/** Prints the status of the server that uses a state folder. @returns 3 if its folder is lost. */
export async function runStatus({ values, readEnv, out }: ServerContext): Promise<number> {
  const status = await askServer<ServerStatus>(stateDir(values.state, readEnv), statusPath);
  if (out.json) out.object(status);
  else for (const line of statusLines(status, Date.now())) out.line(line);
  return status.faults.length === 0 ? 0 : EXIT_CODES.not_found;
}

/** Formats a status as text. */
export function statusLines(status: ServerStatus, nowMs: number): readonly string[] {
  const { connections, transfers, seats, cache, refusals, addresses, faults, warnings } = status;
  const upSeconds = Math.max(0, Math.round((nowMs - Date.parse(status.startedAt)) / 1000));
  const direction = (name: string, counts: ServerStatus["transfers"]["get"]) =>
    `${name} ${counts.running} running, ${counts.done} done, ${counts.failed} failed; ` +
    `${formatBytes(counts.bytes)}, ${formatRate(counts.bytesPerSecond)}`;
  const refused = Object.entries(refusals).map(([code, count]) => `${count} ${code}`);
  return [
    `ftserver ${status.version}, process ${status.pid}, ${status.draining ? "stopping" : "up"} ` +
    `for ${formatSeconds(upSeconds)}`,
    ...faults.map((fault) => `FAULT        ${fault}`),
    ...warnings.map((warning) => `WARNING      ${warning}`),
    ...addresses.map((address) => `listening    ${address}`),
    `connections  ${connections.open} open, ${connections.accepted} so far, ` +
    `${connections.refused} refused`,
    direction("downloads   ", transfers.get),
    direction("uploads     ", transfers.put),
    `chat         ${seats} seats`,
    `digest cache ${cache.hits} hits, ${cache.misses} misses`,
    `refusals     ${refused.length === 0 ? "none" : refused.join(", ")}`,
  ];
}
