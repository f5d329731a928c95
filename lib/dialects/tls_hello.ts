/**
 * TLS spoken to a plaintext port: nothing we could say would be understood.
 *
 * @module
 */

import type { Dialect, Match } from "./dialect.ts";

/** A handshake record of any version of TLS. */
function matchTls([first, second]: Uint8Array): Match {
  if (first !== undefined && first !== 0x16 || second !== undefined && second !== 3) return "no";
  return second === undefined ? "more" : "yes";
}

/** Turns TLS away, and says so in the log. */
export const tlsHello: Dialect = {
  name: "tls",
  refusal: true,
  match: matchTls,
  serve(session) {
    session.log.warning("tls.refused", { message: "TLS sent to a plaintext port" });
    return Promise.resolve();
  },
};
