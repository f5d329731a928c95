/**
 * A server with HTTP access, in this process.
 *
 * @module
 */

import type { ServerOptions } from "../lib/server/server_options.ts";
import type { WebOptions } from "../lib/web/door/web_options.ts";
import { webListener } from "../lib/web/web_listener.ts";
import { rawPeer } from "./network/raw_peer.ts";
import { type TestServer, testServer } from "./test_server.ts";

/** A running server with HTTP access. */
export interface WebServer extends TestServer {
  /** Its URL, such as `http://127.0.0.1:40123`. */
  readonly webUrl: string;
  /** Sends a request to a path. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** Sends lines over a connection of its own, and returns all that comes back. */
  raw(...lines: readonly string[]): Promise<string>;
}

/**
 * Starts a server: `await using server = await webServer()`.
 *
 * @param options As those of {@linkcode testServer}, and those of HTTP access.
 */
export async function webServer(
  { origins, hosts, url = "http://127.0.0.1:0", ...options }:
    & Partial<ServerOptions>
    & WebOptions
    & { readonly url?: string } = {},
): Promise<WebServer> {
  const listener = (url: string) => webListener(url, { origins, hosts });
  const server = await testServer({ ...options, web: listener(url) });
  const { restart } = server;
  const webUrl = server.server.webUrl!;
  return Object.assign(server, {
    webUrl,
    fetch: (path: string, init?: RequestInit) => fetch(`${webUrl}${path}`, init),
    restart: (changes?: Partial<ServerOptions>) => restart({ web: listener(webUrl), ...changes }),
    async raw(...lines: readonly string[]) {
      using peer = await rawPeer(webUrl);
      await peer.say(lines.join("\r\n"));
      await peer.finish();
      return new TextDecoder().decode(await peer.rest());
    },
  });
}
