/**
 * `ftserver fingerprint`.
 *
 * @module
 */

import { formatAddress } from "../../../net/address.ts";
import { parseListenUrl } from "../../../net/listen_url.ts";
import { identityWarnings } from "../../../net/identity_checks.ts";
import { openIdentity } from "../../../net/tls_identity.ts";
import type { ServerContext } from "../server_context.ts";
import { isWildcard, listenUrls, tlsFiles } from "../start/serve_options.ts";
import { createStateDir } from "../state_dir.ts";

/** Prints the fingerprint, and a share link with it for each TLS listener. */
export async function runFingerprint(context: ServerContext): Promise<number> {
  const { values, readEnv, out } = context;
  const state = await createStateDir(values.state, readEnv);
  const identity = await openIdentity(state, tlsFiles(values));
  const { pin, pinnable } = identity;
  const listeners = listenUrls(context).map(parseListenUrl).filter(({ encrypted }) => encrypted);
  const hosts = listeners.map(({ hostname }) => hostname);
  for (const warning of identityWarnings(identity, hosts, Date.now())) out.notice(warning);
  out.line(pin);
  if (!pinnable) {
    out.notice("clients cannot pin this certificate; they must trust its authority (--ca)");
    return 0;
  }
  for (const { hostname, port } of listeners) {
    const wildcard = isWildcard(hostname);
    out.line(`fts://${formatAddress(wildcard ? "HOST" : hostname, port)}/#${pin}`);
    if (wildcard) out.notice("replace HOST by the name or address of this machine");
  }
  return 0;
}
