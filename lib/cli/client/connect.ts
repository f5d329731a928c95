/**
 * Connecting to the server that the options name, once or with retries.
 *
 * @module
 */

import type { ReadEnv } from "../../base/environment.ts";
import { FtError } from "../../base/errors.ts";
import { RateLimits } from "../../base/rate_limit.ts";
import { Retry, type RetryOptions } from "../../base/retry.ts";
import { knownHostsPath } from "../../base/state_dirs.ts";
import { firstConnectionRetries } from "../../client/remote/first_connection.ts";
import type { Endpoint } from "../../client/remote/endpoint.ts";
import type { OpenRemote } from "../../client/remote/open.ts";
import type { Remote } from "../../client/remote/remote.ts";
import type { Trust } from "../../client/trust/trust.ts";
import { readAuthorities } from "../terminal/authorities.ts";
import type { ClientValues } from "./client_flags.ts";
import { readCredentials } from "./credentials.ts";

/**
 * Adds retries to a function that connects once. Each call counts its own attempts, and waits only
 * once for a server that does not listen yet.
 */
export function withRetries(
  open: () => Promise<Remote>,
  options: RetryOptions,
): () => Promise<Remote> {
  const maximum = (error: FtError) => firstConnectionRetries(error, 1);
  return () => new Retry({ maximum, ...options }).run(open);
}

/** Options of {@linkcode opener} besides the flags. */
export interface OpenerOptions {
  /** Cancels connecting. */
  readonly signal: AbortSignal;
  readonly readEnv: ReadEnv;
  /** The secret that identifies this client across runs. */
  readonly identity: string;
  /** The token of a link, which logs in. @default the flags or the environment have the login */
  readonly token?: string | undefined;
  /** Prints a notice for the user. */
  readonly notice: (text: string) => void;
}

/**
 * Makes the function that connects once.
 *
 * @throws `usage` when the host is missing or invalid; an error of reading the authorities.
 */
export async function opener(
  values: ClientValues,
  options: OpenerOptions,
): Promise<OpenRemote> {
  if (values.host === undefined) {
    throw new FtError("usage", "no host: use --host HOST or set FTCLIENT_HOST", { name: "host" });
  }
  const { parseEndpoints } = await import("../../client/remote/endpoints.ts");
  const { token, readEnv } = options;
  const endpoints = parseEndpoints(values.host);
  const trust = await trustOf(values, options);
  const login = token === undefined
    ? await readCredentials(values, readEnv, options.signal)
    : undefined;
  // A rate of 0 on the command line means no limit.
  const rate = values.bwlimit ? new RateLimits(values.bwlimit) : undefined;
  const open = (endpoint: Endpoint): OpenRemote => async (more = {}) => {
    const { openRemote } = await (import("../../client/open_remote.ts" as string) as Promise<
      typeof import("../../client/open_remote.ts")
    >);
    const { clusterIdentity } = await import("../../client/trust/client_identity.ts");
    const { signal } = options;
    return await openRemote({ ...endpoint, token }, {
      timeoutMs: values.timeout * 1000,
      signal,
      trust,
      rate,
      identity: await clusterIdentity(options.identity, endpoints),
      login,
      ...more,
    });
  };
  const { openFirst } = await import("../../client/remote/first_server.ts");
  return openFirst(endpoints, open, { onMove: options.notice });
}

/** The servers the user trusts: by flag, and by earlier connections. */
async function trustOf(values: ClientValues, options: OpenerOptions): Promise<Trust> {
  const { KnownHosts } = await import("../../client/trust/known_hosts.ts");
  const { parsePin } = await import("../../net/pin.ts");
  const path = knownHostsPath(options.readEnv);
  return {
    knownHosts: path === undefined ? undefined : new KnownHosts(path),
    pin: values.pin === undefined ? undefined : parsePin(values.pin),
    authorities: values.ca === undefined ? undefined : await readAuthorities(values.ca, "--ca"),
    onFirstUse: (address, pin) =>
      options.notice(`first connection to ${address}: trusting fingerprint ${pin}`),
  };
}
