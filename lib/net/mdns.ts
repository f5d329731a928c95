/**
 * Discovering servers on the local network: multicast DNS with DNS-SD records (RFC 6762, RFC 6763).
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import { MAX_DISCOVERED } from "../base/limits.ts";
import { asFtError, isOutOfDescriptors } from "../base/os_errors.ts";
import { delay } from "../base/signals.ts";
import {
  type Announced,
  announcement,
  type DnsRecord,
  foundIn,
  type FoundServer,
  SERVICE,
} from "./dns_sd.ts";

/** The used part of the `multicast-dns` package, which has no types. */
interface Mdns {
  on(event: "query", heard: (packet: { readonly questions: readonly Question[] }) => void): void;
  on(event: "response", heard: (packet: MdnsResponse, from: Sender) => void): void;
  on(event: "ready", heard: () => void): void;
  on(event: "error" | "warning", heard: (error: Error) => void): void;
  query(name: string, type: string): void;
  respond(packet: { answers: readonly DnsRecord[] }, sent?: () => void): void;
  destroy(gone: () => void): void;
}

type Question = { readonly name: string; readonly type: string };
type Sender = { readonly address: string };
type MdnsResponse = {
  readonly answers: readonly DnsRecord[];
  readonly additionals: readonly DnsRecord[];
};

/** The interface that the system prefers. */
const ANY_INTERFACE = "0.0.0.0";

async function openMdns(address: string): Promise<Mdns> {
  const { default: makeMdns } = await import("multicast-dns") as unknown as {
    default(options: { interface: string; bind: string }): Mdns;
  };
  // Without an interface the library would enumerate all of them, which needs a permission.
  const mdns = makeMdns({ interface: address, bind: ANY_INTERFACE });
  const ready = Promise.withResolvers<void>();
  mdns.on("ready", ready.resolve);
  mdns.on("error", ready.reject);
  mdns.on("warning", () => {});
  try {
    await ready.promise;
    return mdns;
  } catch (cause) {
    const failure = `no multicast on ${address}`;
    if (isOutOfDescriptors(cause)) throw asFtError(cause, failure);
    throw new FtError("network", `${failure}: ${(cause as Error).message}`, { cause });
  }
}

function close(mdns: Mdns): Promise<void> {
  return new Promise((resolve) => mdns.destroy(resolve));
}

/**
 * Announces servers to the network and answers queries. Disposing withdraws the records.
 *
 * @param address An address of the interface to use. @default the one the system prefers
 * @throws `network` if multicast is not available.
 */
export async function announce(
  servers: readonly Announced[],
  address: string = ANY_INTERFACE,
): Promise<AsyncDisposable> {
  const mdns = await openMdns(address);
  const names = new Set([SERVICE, ...servers.map(({ instance }) => `${instance}.${SERVICE}`)]);
  // Multicast loops back, which reveals the address that others see.
  let own = address === ANY_INTERFACE ? undefined : address;
  mdns.on("response", ({ answers }, from) => {
    const ours = answers.some(({ type, data }) =>
      type === "PTR" && typeof data === "string" && names.has(data)
    );
    if (ours) own ??= from.address;
  });
  const records = (ttl: number) => ({
    answers: servers.flatMap((server) => announcement(server, own, ttl)),
  });
  let leaving = false;
  mdns.on("query", ({ questions }) => {
    const asked = questions.some(({ name }) => names.has(name));
    if (asked && !leaving) mdns.respond(records(TTL_SECONDS));
  });
  mdns.respond(records(TTL_SECONDS));
  return {
    async [Symbol.asyncDispose]() {
      leaving = true;
      // TTL 0 withdraws the records.
      await new Promise<void>((resolve) => mdns.respond(records(0), () => resolve()));
      await close(mdns);
    },
  };
}

const TTL_SECONDS = 120;

/** Options of {@linkcode discover}. */
export interface DiscoverOptions {
  /** Milliseconds to wait for answers. */
  readonly waitMs: number;
  /** An address of the interface to use. @default the one the system prefers */
  readonly address?: string;
  readonly signal?: AbortSignal;
}

/**
 * Queries the local network for servers.
 *
 * @returns The answers. They are not verified: anyone on the network can send them.
 * @throws `network` if multicast is not available.
 */
export async function discover(options: DiscoverOptions): Promise<readonly FoundServer[]> {
  const mdns = await openMdns(options.address ?? ANY_INTERFACE);
  const found = new Map<string, FoundServer>();
  try {
    mdns.on("response", ({ answers, additionals }, from) => {
      for (const server of foundIn([...answers, ...additionals], from.address)) {
        if (found.size < MAX_DISCOVERED) found.set(server.url, server);
      }
    });
    mdns.query(SERVICE, "PTR");
    await delay(options.waitMs, options.signal);
  } finally {
    await close(mdns);
  }
  return [...found.values()].sort((a, b) => a.url < b.url ? -1 : 1);
}
