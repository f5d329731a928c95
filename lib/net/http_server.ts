/**
 * Serving HTTP.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import { asFtError } from "../base/os_errors.ts";
import { formatAddress, parseAddress } from "./address.ts";

/** A running server. Disposing it finishes active requests and stops it. */
export interface HttpServer extends AsyncDisposable {
  /** The address, such as `http://127.0.0.1:9464`, with the actual port. */
  readonly url: string;
}

/**
 * Serves HTTP requests.
 *
 * @param url The address, such as `http://127.0.0.1:9464`; port 0 selects a free one.
 * @throws `usage` for an invalid address, `conflict` for one in use, `not_allowed`.
 */
export function serveHttp(
  url: string,
  answer: (request: Request) => Response | Promise<Response>,
): HttpServer {
  const { scheme, hostname = "", port = 80, fragment } = parseAddress(url) ?? {};
  if (scheme !== "http" || port > 65535 || fragment !== undefined) {
    throw new FtError("usage", `not an address: ${url} (as in http://127.0.0.1:9464)`);
  }
  try {
    const server = Deno.serve({ hostname, port, onListen: () => {} }, answer);
    return {
      url: `http://${formatAddress(hostname, server.addr.port)}`,
      [Symbol.asyncDispose]: () => server.shutdown(),
    };
  } catch (error) {
    throw asFtError(error, `Cannot listen on ${url}`);
  }
}
