/**
 * `ftclient discover`.
 *
 * @module
 */

import { DISCOVER_WAIT_MS } from "../../../base/limits.ts";
import { discover } from "../../../net/mdns.ts";
import { printTable } from "../../terminal/table.ts";
import type { ClientContext } from "../client_context.ts";

/** Prints the servers that are announced on the local network. */
export async function runDiscover(context: ClientContext): Promise<number> {
  const { values, sources, out, signal } = context;
  const waitMs = sources.timeout === "default" ? DISCOVER_WAIT_MS : values.timeout * 1000;
  const found = await discover({ waitMs, signal });
  if (out.json) found.forEach((server) => out.object(server));
  else printTable(out, ["URL", "NAME"], found.map(({ url, name }) => [url, name]));
  if (found.length === 0) out.notice("no server is announced on this network");
  return 0;
}
