/**
 * Servers as DNS-SD records, encoded and decoded. Anyone on the network can send records, so invalid
 * ones are ignored.
 *
 * @module
 */

import { formatAddress } from "./address.ts";

/** The service name to query. */
export const SERVICE = "_ftserver._tcp.local";

/** An announced listener. */
export interface Announced {
  /** The unique name of the listener: `ftserver-1a2b3c4d-9998`. */
  readonly instance: string;
  /** A generated name of the machine in `.local`: `ftserver-1a2b3c4d.local`. */
  readonly target: string;
  readonly scheme: "ft" | "fts";
  readonly port: number;
  /** The fingerprint, for `fts`. */
  readonly pin?: string;
}

/** A discovered listener. */
export interface FoundServer {
  /** The address for `--host`, with the fingerprint if one was announced. */
  readonly url: string;
  /** The instance name. Not trusted: the other side chose it. */
  readonly name: string;
}

/** A DNS record in the form of the `multicast-dns` package. */
export interface DnsRecord {
  readonly name: string;
  readonly type: string;
  readonly ttl?: number;
  readonly data?: unknown;
}

/**
 * Encodes the records of a listener.
 *
 * @param address The server's address, if known; otherwise receivers use the sender's.
 * @param ttl The time to live in seconds; 0 withdraws the records.
 */
export function announcement(
  { instance, target, scheme, port, pin }: Announced,
  address: string | undefined,
  ttl: number,
): readonly DnsRecord[] {
  const name = `${instance}.${SERVICE}`;
  const facts = [`scheme=${scheme}`, ...(pin === undefined ? [] : [`pin=${pin}`])];
  return [
    { name: SERVICE, type: "PTR", ttl, data: name },
    { name, type: "SRV", ttl, data: { port, target, priority: 0, weight: 0 } },
    { name, type: "TXT", ttl, data: facts },
    ...(address === undefined ? [] : [{ name: target, type: "A", ttl, data: address }]),
  ];
}

/**
 * Decodes the servers in the records of a packet.
 *
 * @param sender The address the packet came from, used if the records have none.
 */
export function foundIn(records: readonly DnsRecord[], sender: string): readonly FoundServer[] {
  return records.flatMap(({ name, type, data, ttl }) => {
    if (type !== "PTR" || name !== SERVICE || typeof data !== "string" || ttl === 0) return [];
    const port = serviceOf(records, data);
    const facts = factsOf(records, data);
    if (port === undefined || !["ft", "fts"].includes(facts.get("scheme") ?? "")) return [];
    const address = addressOf(records, port.target) ?? sender;
    const pin = facts.get("pin") ?? "";
    const known = /^[0-9a-f]{64}$/.test(pin) ? `/#${pin}` : "";
    const url = `${facts.get("scheme")}://${formatAddress(address, port.number)}${known}`;
    return [{ url, name: data.slice(0, 255).replace(`.${SERVICE}`, "") }];
  });
}

function serviceOf(records: readonly DnsRecord[], name: string) {
  const record = records.find((one) => one.type === "SRV" && one.name === name);
  const { port, target } = (record?.data ?? {}) as { port?: unknown; target?: unknown };
  if (!Number.isInteger(port) || Number(port) < 1 || Number(port) > 65535) return undefined;
  return { number: Number(port), target };
}

function factsOf(records: readonly DnsRecord[], name: string): ReadonlyMap<string, string> {
  const data = records.find((one) => one.type === "TXT" && one.name === name)?.data;
  const texts = (Array.isArray(data) ? data : [data]).slice(0, 16).map((text) =>
    text instanceof Uint8Array ? new TextDecoder().decode(text) : String(text)
  );
  return new Map(texts.map((text): [string, string] => {
    const at = text.indexOf("=");
    return [text.slice(0, at), text.slice(at + 1)];
  }));
}

function addressOf(records: readonly DnsRecord[], target: unknown): string | undefined {
  const data = records.find((one) => one.type === "A" && one.name === target)?.data;
  return typeof data === "string" && /^\d{1,3}(\.\d{1,3}){3}$/.test(data) ? data : undefined;
}
