/**
 * HTTP at an address.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import { asFtError } from "../base/os_errors.ts";
import { formatAddress, parseAddress } from "./address.ts";

/** A door that answers. Disposing it finishes what runs and closes it. */
export interface HttpDoor extends AsyncDisposable {
  /** As in `http://127.0.0.1:9464`, with the port that was taken. */
  readonly url: string;
}

/**
 * Answers HTTP requests.
 *
 * @param url As in `http://127.0.0.1:9464`; port 0 picks a free one.
 * @throws `usage` when it is no such URL, `conflict` for a taken address, `not_allowed`.
 */
export function openHttpDoor(
  url: string,
  answer: (request: Request) => Response | Promise<Response>,
): HttpDoor {
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
