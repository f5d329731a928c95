/**
 * `ftclient forget`.
 *
 * @module
 */

import { FtError } from "../../../base/errors.ts";
import { parseEndpoint } from "../../../client/remote/endpoint.ts";
import { KnownHosts } from "../../../client/trust/known_hosts.ts";
import { hideToken, parseAddress } from "../../../net/address.ts";
import type { ClientContext } from "../client_context.ts";
import { knownHostsPath } from "../../../base/state_dirs.ts";

/** Drops the remembered identity of a server; without a port, those of all ports of its host. */
export async function runForget({ args, out, readEnv }: ClientContext): Promise<number> {
  const name = args[0]!;
  const { hostname } = parseEndpoint(name);
  const path = knownHostsPath(readEnv);
  const dropped = path === undefined
    ? []
    : await new KnownHosts(path).forget(hostname, parseAddress(name)?.port);
  if (dropped.length === 0) {
    const shown = hideToken(name);
    throw new FtError("not_found", `not found: no identity of ${shown} is known`, { name: shown });
  }
  for (const { address, known } of dropped) {
    const pin = known.kind === "pinned" ? known.pin : undefined;
    const what = pin === undefined ? "certified by an authority" : `fingerprint ${pin}`;
    out.report({ op: "forget", name: address, pin }, `forgot ${address} (${what})`);
  }
  return 0;
}
