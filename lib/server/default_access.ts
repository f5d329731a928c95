/**
 * Where a server listens, and what clients without a login may do, by default.
 *
 * @module
 */

import type { AnonymousAccess } from "../auth/permission.ts";
import { isLoopbackHost } from "../net/loopback.ts";

/**
 * The default listeners: TLS on one port, plaintext with every dialect on the next.
 *
 * @param port 0 picks free ones.
 */
export function defaultListeners(bind = "127.0.0.1", port = 9998): readonly string[] {
  const host = bind.includes(":") && !bind.startsWith("[") ? `[${bind}]` : bind;
  return [`fts://${host}:${port}`, `ft://${host}:${port === 0 ? 0 : port + 1}`];
}

/** Whether only this machine can reach a listener. One that cannot be parsed counts as open. */
export function isLoopback(url: string): boolean {
  const [, v6, name] = /^[a-z+]+:\/\/(?:\[([^\]]+)\]|([^:/]+))/i.exec(url) ?? [];
  return isLoopbackHost(v6 ?? name ?? "");
}

/** `write` if no other machine can connect, else `read`. */
export function defaultAccess(listen: readonly string[]): AnonymousAccess {
  return listen.every(isLoopback) ? "write" : "read";
}
