/**
 * The addresses of the servers of one cluster, as a user writes them: `A,B,C`.
 *
 * @module
 */

import { FtError } from "../../base/errors.ts";
import { MAX_CLUSTER_HOSTS } from "../../base/limits.ts";
import { type Endpoint, formatEndpoint, parseEndpoint } from "./endpoint.ts";

/** The servers of one cluster, in the order in which they are tried; usually a single server. */
export type Endpoints = readonly [Endpoint, ...Endpoint[]];

/** The servers, and the fragment of a share link. */
const HOSTS = /^([^#]*?)\/?(#.*)?$/s;
/** A list has one scheme, which is written once or with each server. */
const SCHEME = /^[a-z+]+:\/\//;

/**
 * Parses `A,B,C`, where each is what {@linkcode parseEndpoint} accepts. A scheme at the first server
 * and a fragment at the last one hold for all.
 *
 * @throws `usage`, also for servers with different schemes and for more than MAX_CLUSTER_HOSTS.
 *
 * @example
 * ```ts
 * import { parseEndpoints } from "./endpoints.ts";
 *
 * const [a, b] = parseEndpoints("ft://a:5,b");
 * if (a.port !== 5 || b?.scheme !== "ft") throw new Error();
 * ```
 */
export function parseEndpoints(text: string): Endpoints {
  const [, servers = "", fragment = ""] = HOSTS.exec(text) ?? [];
  const [first, ...others] = servers.split(",").map((server) => server.trim());
  if (others.length >= MAX_CLUSTER_HOSTS) {
    throw new FtError("usage", `more than ${MAX_CLUSTER_HOSTS} servers in one --host`);
  }
  const [scheme = ""] = SCHEME.exec(first!) ?? [];
  const parse = (server: string) =>
    parseEndpoint(`${SCHEME.test(server) ? "" : scheme}${server}${fragment}`);
  const endpoints: Endpoints = [parse(first!), ...others.map(parse)];
  const other = endpoints.find((endpoint) => endpoint.scheme !== endpoints[0].scheme);
  if (other === undefined) return endpoints;
  const both = `${endpoints[0].scheme}:// and ${other.scheme}://`;
  throw new FtError("usage", `the servers of one cluster have one scheme, not ${both}`);
}

/** Formats the servers in full with their pin, but never with their token. */
export function formatEndpoints(endpoints: Endpoints): string {
  const [{ pin }] = endpoints;
  const servers = endpoints.map(formatEndpoint).join(",");
  return pin === undefined ? servers : `${servers}/#${pin}`;
}
