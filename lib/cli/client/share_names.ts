/**
 * Shares names by links, and prints these.
 *
 * @module
 */

import { type Endpoints, parseEndpoints } from "../../client/remote/endpoints.ts";
import type { Remote } from "../../client/remote/remote.ts";
import { shareLink } from "../../client/remote/share_link.ts";
import { KnownHosts } from "../../client/trust/known_hosts.ts";
import { formatAddress } from "../../net/address.ts";
import { isLoopbackHost } from "../../net/loopback.ts";
import { isoTime } from "../../base/iso_time.ts";
import { localTime } from "../format/times.ts";
import { drawQr } from "../terminal/qr_code.ts";
import type { ClientContext } from "./client_context.ts";
import { knownHostsPath } from "../../base/state_dirs.ts";

/** Shares names, and prints a link to each. */
export async function shareNames(
  context: ClientContext,
  { shares }: Remote,
  names: readonly string[],
): Promise<void> {
  const { out, signal, values, sources } = context;
  const { ttl, once, write, host } = values;
  const endpoints = parseEndpoints(host!);
  const [endpoint] = endpoints;
  const pin = await pinOf(context, endpoints);
  // A default is not refused where a link cannot end.
  const ttlMs = sources.ttl === "default" ? undefined : ttl * 1000;
  for (const name of names) {
    const { path, folder, public: isPublic, made } = await shares.make(name, {
      ...{ ttlMs, once, write, signal },
    });
    const link = shareLink({ endpoint, path, folder, pin, token: made?.token });
    const { id, expiresAtMs } = made ?? {};
    const expires = expiresAtMs === undefined ? undefined : isoTime(expiresAtMs);
    out.result({ op: "share", name: path, link, id, expires, once, write }, link);
    if (values.qr) await drawQr(out, link);
    if (made !== undefined) out.notice(endOf(made));
    if (made === undefined) out.notice(`anonymous users can read ${path}, so its link never ends`);
    else if (isPublic) out.notice(`anonymous users can read ${path} without this link, too`);
  }
  if (isLoopbackHost(endpoint.hostname)) {
    out.notice(`${endpoint.hostname} is this machine: for others, connect by another address`);
  }
}

function endOf({ id, expiresAtMs, once }: { id: string; expiresAtMs: number; once: boolean }) {
  const first = once ? "after the first download, at the latest " : "";
  return `ends ${first}${localTime(expiresAtMs)}; to end it now: ftclient share --revoke ${id}`;
}

/** The pin of the server that is connected: as given, else as remembered. A cluster has one. */
async function pinOf(
  { values, readEnv }: ClientContext,
  endpoints: Endpoints,
): Promise<string | undefined> {
  const [{ pin, scheme }] = endpoints;
  if (scheme !== "fts") return undefined;
  const given = values.pin ?? pin;
  const path = knownHostsPath(readEnv);
  if (given !== undefined || path === undefined) return given?.toLowerCase();
  const hosts = new KnownHosts(path);
  for (const { hostname, port } of endpoints) {
    const known = await hosts.find(formatAddress(hostname, port));
    if (known?.kind === "pinned") return known.pin;
  }
  return undefined;
}
