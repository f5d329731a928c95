/**
 * `ftserver fingerprint`.
 *
 * @module
 */

import { asFtError } from "../../../base/os_errors.ts";
import { formatAddress } from "../../../net/address.ts";
import { parseListenUrl } from "../../../net/listen_url.ts";
import { openIdentity } from "../../../net/tls_identity.ts";
import { listenUrls, stateDir, tlsFiles } from "../start/serve_options.ts";
import type { ServerContext } from "../server_context.ts";

const EVERY_ADDRESS = ["0.0.0.0", "::"];

/** Prints the fingerprint, then a link for each TLS listener that carries it. */
export async function runFingerprint({ values, readEnv, out }: ServerContext): Promise<number> {
  const state = stateDir(values.state, readEnv);
  await Deno.mkdir(state, { recursive: true, mode: 0o700 }).catch((error) => {
    throw asFtError(error, `Cannot use ${state}`, state);
  });
  const { pin, pinnable } = await openIdentity(state, tlsFiles(values));
  out.line(pin);
  if (!pinnable) {
    out.notice("this certificate cannot be pinned: clients trust its authority (--ca)");
    return 0;
  }
  for (const { encrypted, hostname, port } of listenUrls(values).map(parseListenUrl)) {
    if (!encrypted) continue;
    const everywhere = EVERY_ADDRESS.includes(hostname);
    out.line(`fts://${formatAddress(everywhere ? "HOST" : hostname, port)}/#${pin}`);
    if (everywhere) out.notice("put the name or address of this machine in place of HOST");
  }
  return 0;
}
