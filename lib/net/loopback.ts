/**
 * Loopback addresses, which only this machine can reach.
 *
 * @module
 */

import { canonicalHost } from "./address.ts";

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/;

/**
 * Whether a host name or address, without brackets and port, is a loopback one, in any spelling.
 *
 * @example
 * ```ts
 * import { isLoopbackHost } from "./loopback.ts";
 *
 * if (!isLoopbackHost("127.0.0.1") || isLoopbackHost("127.0.0.1.example")) throw new Error();
 * ```
 */
export function isLoopbackHost(hostname: string): boolean {
  return LOOPBACK.test(canonicalHost(hostname));
}
