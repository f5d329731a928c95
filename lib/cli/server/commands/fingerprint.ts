/**
 * `ftserver fingerprint`.
 *
 * @module
 */

import { formatAddress } from "../../../net/address.ts";
import { parseListenUrl } from "../../../net/listen_url.ts";
import { openIdentity } from "../../../net/tls_identity.ts";
import type { ServerContext } from "../server_context.ts";
import { isWildcard, listenUrls, tlsFiles } from "../start/serve_options.ts";
import { createStateDir } from "../state_dir.ts";

/** Prints the fingerprint, and a share link with it for each TLS listener. */
export async function runFingerprint({ values, readEnv, out }: ServerContext): Promise<number> {
  const state = await createStateDir(values.state, readEnv);
  const { pin, pinnable } = await openIdentity(state, tlsFiles(values));
  out.line(pin);
  if (!pinnable) {
    out.notice("clients cannot pin this certificate; they must trust its authority (--ca)");
    return 0;
  }
  for (const { encrypted, hostname, port } of listenUrls(values).map(parseListenUrl)) {
    if (!encrypted) continue;
    const wildcard = isWildcard(hostname);
    out.line(`fts://${formatAddress(wildcard ? "HOST" : hostname, port)}/#${pin}`);
    if (wildcard) out.notice("replace HOST by the name or address of this machine");
  }
  return 0;
}
