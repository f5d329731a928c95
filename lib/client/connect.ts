/**
 * Connecting to a server with the defaults of `ftclient`.
 *
 * @module
 */

import { systemEnv } from "../base/environment.ts";
import { FtError } from "../base/errors.ts";
import { CLIENT_TIMEOUT_MS, DEFAULT_RETRIES } from "../base/limits.ts";
import { clientStateDir, knownHostsPath } from "../base/state_dirs.ts";
import { parsePin } from "../net/pin.ts";
import { Client } from "./client.ts";
import { openRemote } from "./open_remote.ts";
import { parseEndpoints } from "./remote/endpoints.ts";
import { openFirst } from "./remote/first_server.ts";
import type { ClientLogin } from "./remote_options.ts";
import { clusterIdentity, openClientIdentity } from "./trust/client_identity.ts";
import { KnownHosts } from "./trust/known_hosts.ts";
import type { Trust } from "./trust/trust.ts";

/** Options of {@linkcode connect}. */
export interface ConnectOptions {
  /** Logs in with a password. @default anonymous, or the token of the link */
  readonly user?: string;
  /** The password of `user`. */
  readonly password?: string;
  /** Logs in with a token. */
  readonly token?: string;
  /** The fingerprint of the server, 64 hex digits. @default that of the link */
  readonly pin?: string;
  /**
   * The servers to trust. @default as `ftclient`: those met before; a new one is remembered, where
   * there is a home folder
   */
  readonly trust?: Trust;
  /** Milliseconds to wait for a connection or an answer. @default {CLIENT_TIMEOUT_MS} */
  readonly timeoutMs?: number;
  /** Attempts to reconnect during a transfer. @default {DEFAULT_RETRIES} */
  readonly retries?: number;
  /** Disconnects. */
  readonly signal?: AbortSignal;
}

/**
 * Connects to a server.
 *
 * @param host `NAME[:PORT]`, `fts://…`, `ft://…`, or a share link with a pin and perhaps a token;
 *   `A,B,C` for the servers of one cluster, which are tried in order.
 * @throws `usage` for an invalid host or login, and as `openRemote`.
 *
 * @example
 * ```ts
 * import { connect } from "./connect.ts";
 *
 * const error = await connect("ft://127.0.0.1:1").catch((error) => error);
 * if (error.code !== "network") throw error;
 * ```
 */
export async function connect(host: string, options: ConnectOptions = {}): Promise<Client> {
  const { timeoutMs = CLIENT_TIMEOUT_MS, retries = DEFAULT_RETRIES, signal } = options;
  const endpoints = parseEndpoints(host);
  const secret = openClientIdentity(clientStateDir(systemEnv));
  const identity = await clusterIdentity(secret, endpoints);
  const [login, trust] = [loginOf(options), trustOf(options)];
  const open = openFirst(
    endpoints,
    (endpoint) => (more) =>
      openRemote(endpoint, { timeoutMs, signal, identity, login, trust, ...more }),
  );
  const client = new Client(open, { retries, identity });
  await client.remote();
  return client;
}

function loginOf({ user, password, token }: ConnectOptions): ClientLogin | undefined {
  if (token !== undefined && user !== undefined) {
    throw new FtError("usage", "a token and a user exclude each other", { name: "token" });
  }
  if (token !== undefined) return { kind: "token", token };
  if (user === undefined) return undefined;
  if (password === undefined) throw new FtError("usage", "a user needs a password");
  return { kind: "password", user, password };
}

function trustOf({ trust, pin }: ConnectOptions): Trust {
  const path = knownHostsPath(systemEnv);
  const known = trust ?? (path === undefined ? {} : { knownHosts: new KnownHosts(path) });
  return pin === undefined ? known : { ...known, pin: parsePin(pin) };
}
