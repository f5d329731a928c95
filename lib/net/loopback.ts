/**
 * Loopback addresses, which only this machine can reach.
 *
 * @module
 */

const LOOPBACK = /^(localhost|(::ffff:)?127(\.\d{1,3}){3}|(0*:){2,7}0*1|::1)$/i;

/**
 * Whether a host name or address, without brackets and port, is a loopback one.
 *
 * @example
 * ```ts
 * import { isLoopbackHost } from "./loopback.ts";
 *
 * if (!isLoopbackHost("127.0.0.1") || isLoopbackHost("127.0.0.1.example")) throw new Error();
 * ```
 */
export function isLoopbackHost(hostname: string): boolean {
  return LOOPBACK.test(hostname);
}
