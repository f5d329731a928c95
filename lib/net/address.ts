/**
 * Addresses as text: `scheme://host:port`, with brackets around an IPv6 host.
 *
 * @module
 */

/** The parts of an address; missing ones are `undefined`. */
export interface Address {
  readonly scheme: string | undefined;
  /** Without brackets. */
  readonly hostname: string;
  /** From 0 to 99999: the caller must check the range. */
  readonly port: number | undefined;
  /** The text after `#`. */
  readonly fragment: string | undefined;
}

const ADDRESS =
  /^(?:([a-z+]+):\/\/)?(?:\[([0-9a-fA-F:.]+(?:%[\w.-]+)?)\]|([^/:[\]\s#@]+))(?::(\d{1,5}))?\/?(?:#(.*))?$/;

/**
 * Parses an address. Only the host is required.
 *
 * @returns `null` if the text is not an address.
 *
 * @example
 * ```ts
 * import { parseAddress } from "./address.ts";
 *
 * const address = parseAddress("ft://[::1]:9999");
 * if (address?.hostname !== "::1" || address.port !== 9999) throw new Error();
 * ```
 */
export function parseAddress(text: string): Address | null {
  const match = ADDRESS.exec(text);
  if (match === null) return null;
  const [, scheme, bracketed, name, port, fragment] = match;
  const hostname = bracketed ?? name!;
  return { scheme, hostname, port: port === undefined ? undefined : Number(port), fragment };
}

/**
 * Replaces the token of each link in a text, `fts://host/path#PIN.TOKEN`, by the word TOKEN.
 *
 * @example
 * ```ts
 * import { hideToken } from "./address.ts";
 *
 * if (hideToken("get fts://host/a#ab.secret") !== "get fts://host/a#ab.TOKEN") throw new Error();
 * ```
 */
export function hideToken(text: string): string {
  return text.replace(/(:\/\/[^#]*#[^.]*\.)\S+/g, "$1TOKEN");
}

/** Formats a host and port, with brackets around an IPv6 host. */
export function formatAddress(hostname: string, port: number): string {
  return hostname.includes(":") ? `[${hostname}]:${port}` : `${hostname}:${port}`;
}

const MAPPED = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/;

/**
 * The one spelling of a host: an address in its usual form, an IPv4-mapped one as IPv4, a name in
 * lower case without the dot at its end. Systems accept many other forms, such as `127.1`, `0x7f.1`
 * and `2130706433`.
 *
 * @param hostname Without brackets.
 *
 * @example
 * ```ts
 * import { canonicalHost } from "./address.ts";
 *
 * const forms = ["127.1", "0x7f000001", "::ffff:127.0.0.1", "127.0.0.1."];
 * if (!forms.every((form) => canonicalHost(form) === "127.0.0.1")) throw new Error();
 * ```
 */
export function canonicalHost(hostname: string): string {
  const bare = hostname.toLowerCase().replace(/\.$/, "");
  // A URL would end at the first of these characters, or decode them.
  if (/[?\\%]/.test(bare)) return bare;
  const url = URL.parse(`http://${bare.includes(":") ? `[${bare}]` : bare}`);
  if (url === null) return bare;
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const mapped = MAPPED.exec(host);
  if (mapped === null) return host;
  const bits = mapped.slice(1).map((group) => parseInt(group, 16));
  return bits.flatMap((group) => [group >> 8, group & 255]).join(".");
}

/** Whether a host is an address, not a name. */
export function isAddress(hostname: string): boolean {
  return /:|^\d+(\.\d+){3}$/.test(canonicalHost(hostname));
}

/** Whether an address means another machine in each network, so that it is no name for one. */
export function isLinkLocal(address: string): boolean {
  return /^fe[89ab][0-9a-f]:/.test(address);
}
