/**
 * TLS on a plaintext port: there is no answer the client would understand.
 *
 * @module
 */

import type { Dialect, Match } from "./dialect.ts";

/** Matches a handshake record of any TLS version. */
function matchTls([first, second]: Uint8Array): Match {
  if (first !== undefined && first !== 0x16 || second !== undefined && second !== 3) return "no";
  return second === undefined ? "more" : "yes";
}

/** Logs the attempt and closes the connection. */
export const tlsHello: Dialect = {
  name: "tls",
  refusal: true,
  match: matchTls,
  serve(session) {
    session.log.warning("tls.refused", { message: "TLS sent to a plaintext port" });
    return Promise.resolve();
  },
};
