/**
 * `ftserver fingerprint`.
 *
 * @module
 */

import { hasCode } from "../../../base/errors.ts";
import { formatAddress } from "../../../net/address.ts";
import { parseListenUrl } from "../../../net/listen_url.ts";
import { identityWarnings } from "../../../net/identity_checks.ts";
import { machineAddresses } from "../../../net/machine_addresses.ts";
import { openIdentity } from "../../../net/tls_identity.ts";
import type { ServerStatus } from "../../../server/status.ts";
import type { ServerContext } from "../server_context.ts";
import { askServer } from "../ask_server.ts";
import { hostsOf, UNKNOWN_HOST } from "../start/invitation.ts";
import { statusPath } from "../start/monitoring.ts";
import { listenUrls, tlsFiles } from "../start/serve_options.ts";
import { createStateDir } from "../state_dir.ts";

/** Prints the fingerprint, and a share link with it for each TLS listener. */
export async function runFingerprint(context: ServerContext): Promise<number> {
  const { values, readEnv, out } = context;
  const state = await createStateDir(values.state, readEnv);
  const identity = await openIdentity(state, tlsFiles(values));
  const { pin, pinnable } = identity;
  const urls = await servedUrls(context, state);
  const listeners = urls.filter((url) => !url.startsWith("http")).map(parseListenUrl)
    .filter(({ encrypted }) => encrypted);
  const hosts = listeners.map(({ hostname }) => hostname);
  for (const warning of identityWarnings(identity, hosts, Date.now())) out.notice(warning);
  out.line(pin);
  if (!pinnable) {
    out.notice("clients cannot pin this certificate; they must trust its authority (--ca)");
    return 0;
  }
  const machine = machineAddresses();
  for (const { hostname, port } of listeners) {
    for (const host of hostsOf(hostname, machine)) {
      out.line(`fts://${formatAddress(host, port)}/#${pin}`);
      if (host === UNKNOWN_HOST) out.notice("replace HOST by the name or address of this machine");
    }
  }
  return 0;
}

/** The listeners of the server that runs with this state folder, else those of the settings. */
async function servedUrls(context: ServerContext, state: string): Promise<readonly string[]> {
  try {
    return (await askServer<ServerStatus>(state, statusPath)).addresses;
  } catch (error) {
    if (!hasCode(error, "network")) throw error;
    return listenUrls(context);
  }
}
