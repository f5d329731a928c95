/**
 * A server's address, as a user writes it.
 *
 * @module
 */

import { FtError } from "../../base/errors.ts";
import { formatAddress } from "../../net/connection.ts";

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
  /** Host name or IP address, without brackets. */
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

const PATTERN =
  /^(?:([a-z+]+):\/\/)?(\[[0-9a-fA-F:.]+(?:%[\w.-]+)?\]|[^/:[\]\s#@]+)(?::(\d{1,5}))?\/?(?:#([0-9a-fA-F]{64}))?$/;

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
  const match = PATTERN.exec(text);
  if (match === null) throw new FtError("usage", `not a host: ${text}`);
  const scheme = (match[1] ?? BARE_SCHEME) as Scheme;
  if (!Object.hasOwn(DEFAULT_PORTS, scheme)) {
    throw new FtError("usage", `unknown scheme ${match[1]}: in ${text}`);
  }
  const port = match[3] === undefined ? DEFAULT_PORTS[scheme] : Number(match[3]);
  if (port < 1 || port > 65535) throw new FtError("usage", `not a port: ${match[3]}`);
  const hostname = match[2]!.replace(/^\[|\]$/g, "");
  return { scheme, hostname, port, pin: match[4]?.toLowerCase() };
}

/** Formats an endpoint in full, without its pin. */
export function formatEndpoint(endpoint: Endpoint): string {
  return `${endpoint.scheme}://${formatAddress(endpoint.hostname, endpoint.port)}`;
}
