/**
 * Diagnosing connections: whether a name has addresses, and whether they answer.
 *
 * @module
 */

import { lookup } from "node:dns/promises";
import { FtError } from "../base/errors.ts";
import { type DialOptions, dialSocket } from "./dial.ts";
import { DialError, noAddress } from "./dial_error.ts";

/** The answer of an address. */
export type Reach =
  /** The connection was accepted. */
  | { readonly kind: "open"; readonly ms: number }
  /** The machine answered, but no program listens on the port. */
  | { readonly kind: "refused" }
  /** There was no answer within the timeout, for example because of a firewall. */
  | { readonly kind: "filtered" }
  /** There is no route to the address. */
  | { readonly kind: "unreachable"; readonly message: string };

/**
 * Resolves a host name to its IPv6 and IPv4 addresses.
 *
 * @throws `network` if there are none.
 */
export async function addressesOf(hostname: string): Promise<readonly string[]> {
  try {
    const found = await lookup(hostname, { all: true });
    return [...new Set(found.map(({ address }) => address))];
  } catch (cause) {
    throw new FtError("network", noAddress(hostname), { cause, name: hostname });
  }
}

/** Tries to connect. @throws The signal's reason. */
export async function reach(options: DialOptions): Promise<Reach> {
  const started = performance.now();
  try {
    using _conn = await dialSocket(options);
    return { kind: "open", ms: performance.now() - started };
  } catch (error) {
    options.signal?.throwIfAborted();
    const { cause, message } = error as Error;
    if (error instanceof DialError && error.failure === "refused") return { kind: "refused" };
    if (cause instanceof Deno.errors.TimedOut) return { kind: "filtered" };
    return { kind: "unreachable", message };
  }
}
