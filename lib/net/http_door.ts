/**
 * HTTP at an address.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import { asFtError } from "../base/os_errors.ts";
import { formatAddress } from "./connection.ts";

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
  const { hostname, port } = parse(url);
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

function parse(text: string): { hostname: string; port: number } {
  const url = URL.parse(text);
  const plain = url?.protocol === "http:" && url.pathname === "/" && url.search + url.hash === "";
  if (!plain || url.username !== "") {
    throw new FtError("usage", `not an address: ${text} (as in http://127.0.0.1:9464)`);
  }
  return {
    hostname: url.hostname.replace(/^\[|\]$/g, ""),
    port: url.port === "" ? 80 : Number(url.port),
  };
}
