/**
 * Which listeners are announced on the local network.
 *
 * @module
 */

import type { Logger } from "../../../base/log.ts";
import type { Announced } from "../../../net/dns_sd.ts";
import { parseListenUrl } from "../../../net/listen_url.ts";
import { isLoopback } from "./serve_options.ts";

const EVERY_ADDRESS = ["0.0.0.0", "::"];

/**
 * The listeners others can reach and speak to natively.
 *
 * @param id Tells this server from others.
 */
export function announcedListeners(
  addresses: readonly string[],
  id: string,
  pin: string | undefined,
): readonly Announced[] {
  return addresses.filter((address) => !isLoopback(address)).map(parseListenUrl)
    .filter(({ dialect }) => dialect === undefined)
    .map(({ encrypted, port }) => ({
      ...{ instance: `ftserver-${id}-${port}`, target: `ftserver-${id}.local`, port },
      ...(encrypted ? { scheme: "fts" as const, ...(pin && { pin }) } : { scheme: "ft" as const }),
    }));
}

/** The interface to announce on: that of the first listener which is bound to an IPv4 address. */
export function announceAddress(addresses: readonly string[]): string | undefined {
  return addresses.filter((address) => !isLoopback(address))
    .map((address) => parseListenUrl(address).hostname)
    .find((host) => /^[\d.]+$/.test(host) && !EVERY_ADDRESS.includes(host));
}

/** Announces until disposed; a network without multicast is no reason not to serve. */
export async function announceServer(
  addresses: readonly string[],
  pin: string | undefined,
  log: Logger,
): Promise<AsyncDisposable | null> {
  const id = crypto.getRandomValues(new Uint8Array(4)).toHex();
  const servers = announcedListeners(addresses, id, pin);
  if (servers.length === 0) {
    log.warning("announce.nothing", { message: "every listener is for this machine alone" });
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
