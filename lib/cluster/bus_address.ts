/**
 * The address of a bus: `nats://A:4222,B:4222,C:4222[/CLUSTER]`, or `tls://…` to require TLS.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import { MAX_CLUSTER_HOSTS } from "../base/limits.ts";
import { formatAddress, parseAddress } from "../net/address.ts";

/** Where a bus is, and which of its clusters is meant. */
export interface BusAddress {
  /** `HOST:PORT` of each server. */
  readonly servers: readonly string[];
  /** The name of the cluster, as several can use one NATS. */
  readonly cluster: string;
  /** Whether the connection must be encrypted; otherwise the servers decide. */
  readonly tls: boolean;
}

/** The login of a bus: a user, a token, the seed of an nkey, or a file of credentials. */
export type BusCredentials =
  | { readonly user: string; readonly password: string }
  | { readonly token: string }
  | { readonly seed: string }
  | { readonly creds: string };

const ADDRESS = /^(nats|tls):\/\/([^/@?#]+)(?:\/([A-Za-z0-9_-]{1,32})?)?$/;
const DEFAULT_PORT = 4222;
const DEFAULT_CLUSTER = "ftserver";

/**
 * Parses the address of a bus. It has no place for a login: arguments can be read by other users.
 *
 * @throws `usage`.
 *
 * @example
 * ```ts
 * import { parseBusAddress } from "./bus_address.ts";
 *
 * const { servers } = parseBusAddress("nats://a,b:5222");
 * if (servers.join() !== "a:4222,b:5222") throw new Error();
 * ```
 */
export function parseBusAddress(text: string): BusAddress {
  const [, scheme, hosts, cluster = DEFAULT_CLUSTER] = ADDRESS.exec(text) ?? [];
  const servers = hosts?.split(",").map((host) => parseAddress(host.trim())) ?? [];
  if (servers.length === 0 || servers.length > MAX_CLUSTER_HOSTS) throw invalid(text);
  return {
    servers: servers.map((server) => {
      const { hostname, port = DEFAULT_PORT, scheme, fragment } = server ?? {};
      const odd = scheme !== undefined || fragment !== undefined || port < 1 || port > 65535;
      if (hostname === undefined || odd) throw invalid(text);
      return formatAddress(hostname, port);
    }),
    cluster,
    tls: scheme === "tls",
  };
}

function invalid(text: string): FtError {
  const shown = text.replace(/\/\/[^/]*@/, "//…@");
  const form = "nats://A:4222,B:4222,C:4222";
  return new FtError("usage", `not the address of a cluster: ${shown} (it is ${form})`, {
    name: "cluster",
  });
}
