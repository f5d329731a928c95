/**
 * A server's address, as a user writes it.
 *
 * @module
 */

import { FtError } from "../../base/errors.ts";
import { canonicalHost, formatAddress, isAddress, parseAddress } from "../../net/address.ts";

/** Transport and dialect. */
export type Scheme =
  | "ft"
  | "fts"
  | "ft+line"
  | "ft+framed"
  | "ft+oneshot"
  | "ft+updown"
  | "ft+json";

/** A server's address. */
export interface Endpoint {
  /** Transport and dialect. */
  readonly scheme: Scheme;
  /** Host name, or IP address in its usual form; without brackets. */
  readonly hostname: string;
  /** From 1 to 65535. */
  readonly port: number;
  /** SHA-256 of the server's public key as 64 hex digits, if a share link carried it. */
  readonly pin?: string | undefined;
}

/** Ports used when none is given. */
const DEFAULT_PORTS: Record<Scheme, number> = {
  "ft": 9999,
  "fts": 9998,
  "ft+line": 8080,
  "ft+framed": 5555,
  "ft+oneshot": 9999,
  "ft+updown": 2222,
  "ft+json": 9001,
};

/** The scheme of a bare name. */
const BARE_SCHEME: Scheme = "fts";

const PIN = /^[0-9a-f]{64}$/i;

/**
 * Parses `NAME[:PORT]`, `fts://…`, `ft://…`, `ft+DIALECT://…`, or a share link.
 *
 * @throws `usage`.
 *
 * @example
 * ```ts
 * import { parseEndpoint } from "./endpoint.ts";
 *
 * if (parseEndpoint("ft://[::1]:5").port !== 5) throw new Error();
 * ```
 */
export function parseEndpoint(text: string): Endpoint {
  const address = parseAddress(text);
  const pin = address?.fragment;
  if (address === null || (pin !== undefined && !PIN.test(pin))) {
    throw new FtError("usage", `not a host: ${text}`);
  }
  // Trust is kept for this form, so it is also the one that the system gets to parse.
  const hostname = isAddress(address.hostname) ? canonicalHost(address.hostname) : address.hostname;
  const scheme = (address.scheme ?? BARE_SCHEME) as Scheme;
  if (!Object.hasOwn(DEFAULT_PORTS, scheme)) {
    throw new FtError("usage", `unknown scheme ${scheme}: in ${text}`);
  }
  const port = address.port ?? DEFAULT_PORTS[scheme];
  if (port < 1 || port > 65535) throw new FtError("usage", `not a port: ${port}`);
  return { scheme, hostname, port, pin: pin?.toLowerCase() };
}

/** Formats an endpoint in full, without its pin. */
export function formatEndpoint(endpoint: Endpoint): string {
  return `${endpoint.scheme}://${formatAddress(endpoint.hostname, endpoint.port)}`;
}
