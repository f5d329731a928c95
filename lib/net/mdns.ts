/**
 * Finding servers on the local network: multicast DNS with DNS-SD records (RFC 6762, RFC 6763).
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import { MAX_DISCOVERED } from "../base/limits.ts";
import { delay } from "../base/signals.ts";
import {
  type Announced,
  announcement,
  type DnsRecord,
  foundIn,
  type FoundServer,
  SERVICE,
} from "./dns_sd.ts";

/** What is used of the library, which has no types of its own. */
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

/** Every interface's group is joined through the one that the system prefers. */
const ANY_INTERFACE = "0.0.0.0";

async function openMdns(address: string): Promise<Mdns> {
  const { default: makeMdns } = await import("multicast-dns") as unknown as {
    default(options: { interface: string; bind: string }): Mdns;
  };
  // Naming an interface spares the library a look at all of them, which needs a permission.
  const mdns = makeMdns({ interface: address, bind: ANY_INTERFACE });
  const ready = Promise.withResolvers<void>();
  mdns.on("ready", ready.resolve);
  mdns.on("error", ready.reject);
  mdns.on("warning", () => {});
  try {
    await ready.promise;
    return mdns;
  } catch (cause) {
    throw new FtError("network", `no multicast on ${address}: ${(cause as Error).message}`, {
      cause,
    });
  }
}

function close(mdns: Mdns): Promise<void> {
  return new Promise((resolve) => mdns.destroy(resolve));
}

/**
 * Answers who asks for servers until disposed, which says goodbye.
 *
 * @param servers What is told, to everybody on the network.
 * @param address An address of the interface it is told on. @default the one the system prefers
 * @throws `network` where there is no multicast.
 */
export async function announce(
  servers: readonly Announced[],
  address: string = ANY_INTERFACE,
): Promise<AsyncDisposable> {
  const mdns = await openMdns(address);
  const names = new Set([SERVICE, ...servers.map(({ instance }) => `${instance}.${SERVICE}`)]);
  // Our own packets come back, and say which address others see.
  let own = address === ANY_INTERFACE ? undefined : address;
  mdns.on("response", ({ answers }, from) => {
    const ours = answers.some(({ type, data }) =>
      type === "PTR" && typeof data === "string" && names.has(data)
    );
    if (ours) own ??= from.address;
  });
  const tell = (seconds: number) => ({
    answers: servers.flatMap((server) => announcement(server, own, seconds)),
  });
  let leaving = false;
  mdns.on("query", ({ questions }) => {
    const asked = questions.some(({ name }) => names.has(name));
    if (asked && !leaving) mdns.respond(tell(TTL_SECONDS));
  });
  mdns.respond(tell(TTL_SECONDS));
  return {
    async [Symbol.asyncDispose]() {
      leaving = true;
      // A time to live of nothing: who has heard of us forgets us.
      await new Promise<void>((resolve) => mdns.respond(tell(0), () => resolve()));
      await close(mdns);
    },
  };
}

const TTL_SECONDS = 120;

/** Options of {@linkcode discover}. */
export interface DiscoverOptions {
  /** Milliseconds to listen for answers. */
  readonly waitMs: number;
  /** An address of the interface to ask on. @default the one the system prefers */
  readonly address?: string;
  readonly signal?: AbortSignal;
}

/**
 * Asks the local network for servers.
 *
 * @returns What answered; nothing of it is proven, anybody can answer anything.
 * @throws `network` where there is no multicast.
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
