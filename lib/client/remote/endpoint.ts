/**
 * A server's address, as a user writes it.
 *
 * @module
 */

import { FtError } from "../../base/errors.ts";
import {
  type Address,
  canonicalHost,
  formatAddress,
  isAddress,
  parseAddress,
} from "../../net/address.ts";

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
  /** The token that logs in, if a link carried one; a secret. */
  readonly token?: string | undefined;
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

/** `PIN`, `PIN.TOKEN`, or `.TOKEN` for a server whose certificate cannot be pinned. */
const FRAGMENT = /^(?=.)([0-9a-f]{64})?(?:\.([!-~]+))?$/i;

/**
 * Parses `NAME[:PORT]`, `fts://…`, `ft://…`, `ft+DIALECT://…`, or a share link: one of these with
 * `#PIN` or `#PIN.TOKEN`.
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
  if (address === null) throw new FtError("usage", `not a host: ${withoutFragment(text)}`);
  const [, pin, token] = fragmentOf(address);
  // Trust is kept for this form, so it is also the one that the system gets to parse.
  const hostname = isAddress(address.hostname) ? canonicalHost(address.hostname) : address.hostname;
  const scheme = (address.scheme ?? BARE_SCHEME) as Scheme;
  if (!Object.hasOwn(DEFAULT_PORTS, scheme)) {
    throw new FtError("usage", `unknown scheme ${scheme}: in ${withoutFragment(text)}`);
  }
  const port = address.port ?? DEFAULT_PORTS[scheme];
  if (port < 1 || port > 65535) throw new FtError("usage", `not a port: ${port}`);
  return { scheme, hostname, port, pin: pin?.toLowerCase(), token };
}

/** A text for a message: the fragment is perhaps a secret. */
function withoutFragment(text: string): string {
  return text.replace(/#.*/s, "");
}

/** The parts of a fragment. */
function fragmentOf({ hostname, fragment }: Address): readonly (string | undefined)[] {
  if (fragment === undefined) return [];
  const parts = FRAGMENT.exec(fragment);
  if (parts !== null) return parts;
  const rule = "must be a pin of 64 hex digits, or PIN.TOKEN; a # in a name is written as %23";
  throw new FtError("usage", `the text after # of a URL on ${hostname} ${rule}`);
}

/** Formats an endpoint in full, without its pin and token. */
export function formatEndpoint(endpoint: Endpoint): string {
  return `${endpoint.scheme}://${formatAddress(endpoint.hostname, endpoint.port)}`;
}
