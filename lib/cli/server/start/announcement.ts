/**
 * Announces a server on the local network.
 *
 * @module
 */

import type { Logger } from "../../../base/log.ts";
import type { Announced } from "../../../net/dns_sd.ts";
import { parseListenUrl } from "../../../net/listen_url.ts";
import { isLoopback } from "../../../server/default_access.ts";
import { isWildcard } from "./serve_options.ts";

/**
 * The listeners to announce: those with the native dialect that other machines can reach.
 *
 * @param id Distinguishes this server from others.
 */
export function announcedListeners(
  addresses: readonly string[],
  id: string,
  pin: string | undefined,
): readonly Announced[] {
  return addresses.filter((address) => !isLoopback(address)).map(parseListenUrl)
    .filter(({ dialect }) => dialect === undefined)
    .map(({ encrypted, port }) => ({
      instance: `ftserver-${id}-${port}`,
      target: `ftserver-${id}.local`,
      port,
      scheme: encrypted ? "fts" : "ft",
      pin: encrypted ? pin : undefined,
    }));
}

/** The address whose interface to announce on: the first IPv4 address that a listener names. */
export function announceAddress(addresses: readonly string[]): string | undefined {
  return addresses.filter((address) => !isLoopback(address))
    .map((address) => parseListenUrl(address).hostname)
    .find((host) => /^[\d.]+$/.test(host) && !isWildcard(host));
}

/**
 * Announces the server until disposed.
 *
 * @returns `null`, with a log entry, if there is nothing to announce or multicast is not possible.
 */
export async function announceServer(
  addresses: readonly string[],
  pin: string | undefined,
  log: Logger,
): Promise<AsyncDisposable | null> {
  const id = crypto.getRandomValues(new Uint8Array(4)).toHex();
  const servers = announcedListeners(addresses, id, pin);
  if (servers.length === 0) {
    log.warning("announce.nothing", { message: "only this machine can reach the listeners" });
    return null;
  }
  try {
    const { announce } = await import("../../../net/mdns.ts");
    const announced = await announce(servers, announceAddress(addresses));
    log.info("announce.start", { instance: servers.map(({ instance }) => instance).join(" ") });
    return announced;
  } catch (error) {
    log.warning("announce.failed", { message: String(error) });
    return null;
  }
}
