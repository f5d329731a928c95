/**
 * How far a connection gets: whether a name has addresses, and whether something answers there.
 *
 * @module
 */

import { lookup } from "node:dns/promises";
import { FtError } from "../base/errors.ts";
import { type DialOptions, dialSocket } from "./dial.ts";

/** How an address answers. */
export type Reach =
  /** It took the connection. */
  | { readonly kind: "open"; readonly ms: number }
  /** The machine is there, and nothing listens on the port. */
  | { readonly kind: "refused" }
  /** Nothing came back in time: as from a firewall that drops what it does not like. */
  | { readonly kind: "filtered" }
  /** There is no way to the address from here. */
  | { readonly kind: "unreachable"; readonly message: string };

/**
 * The addresses of a name, IPv6 and IPv4, as the system knows them.
 *
 * @throws `network` when it has none.
 */
export async function addressesOf(hostname: string): Promise<readonly string[]> {
  try {
    const found = await lookup(hostname, { all: true });
    return [...new Set(found.map(({ address }) => address))];
  } catch (cause) {
    throw new FtError("network", `no address is known for ${hostname}`, { cause, name: hostname });
  }
}

/** Tries an address. @throws The signal's reason. */
export async function reach(options: DialOptions): Promise<Reach> {
  const started = performance.now();
  try {
    using _conn = await dialSocket(options);
    return { kind: "open", ms: performance.now() - started };
  } catch (error) {
    options.signal?.throwIfAborted();
    const { cause, message } = error as Error;
    if (cause instanceof Deno.errors.ConnectionRefused) return { kind: "refused" };
    if (cause instanceof Deno.errors.TimedOut) return { kind: "filtered" };
    return { kind: "unreachable", message };
  }
}
