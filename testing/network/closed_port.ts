/**
 * A port on which nothing listens.
 *
 * @module
 */

/** Returns a port of 127.0.0.1 that refuses connections. */
export function closedPort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
