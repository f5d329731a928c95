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

/** Formats a host and port, with brackets around an IPv6 host. */
export function formatAddress(hostname: string, port: number): string {
  return hostname.includes(":") ? `[${hostname}]:${port}` : `${hostname}:${port}`;
}
