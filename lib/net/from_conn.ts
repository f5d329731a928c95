/**
 * Connections over the runtime's sockets.
 *
 * @module
 */

import { formatAddress, isLinkLocal } from "./address.ts";
import { type Connection, SocketConnection } from "./connection.ts";
import { GatheredReads } from "./gathered_reads.ts";

/**
 * Wraps a TCP or TLS connection of the runtime, which it owns from then on.
 *
 * @param name The name that was dialled, for messages. @default none was: its address
 */
export function fromConn(conn: Deno.TcpConn | Deno.TlsConn, name?: string): Connection {
  const encrypted = "handshake" in conn;
  // The runtime itself turns Nagle's algorithm off for TLS.
  if (!encrypted) conn.setNoDelay();
  const { hostname, port } = conn.remoteAddr as Deno.NetAddr;
  return new SocketConnection(encrypted ? new GatheredReads(conn) : conn, {
    remote: name ?? formatAddress(hostname, port),
    dialled: name === undefined || isLinkLocal(hostname) ? undefined : hostname,
    encrypted,
  });
}
