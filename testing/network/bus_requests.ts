/**
 * The kinds of what servers send to NATS.
 *
 * @module
 */

import type { Count, RequestReader } from "./counting_proxy.ts";
import { ProtocolLines } from "./protocol_lines.ts";

/**
 * Kinds of what is sent. `BEAT` is that by which a server shows the others that it runs, `SHOUT` what
 * is not stored, `FLOW` what the library sends so that watches and streams go on.
 */
export const BUS_KINDS = ["READ", "WRITE", "MESSAGE", "SHOUT", "API", "BEAT", "FLOW"] as const;

/** A kind of what is sent. */
export type BusKind = typeof BUS_KINDS[number];

const KINDS: readonly (readonly [subject: RegExp, kind: BusKind])[] = [
  [/^\$KV\..*_seats\.server\./, "BEAT"],
  [/^\$KV\./, "WRITE"],
  [/^\$JS\.API\.(DIRECT\.GET|STREAM\.MSG\.GET)\./, "READ"],
  [/^\$JS\.API\.CONSUMER\.|^\$JS\.(ACK|FC)\.|^_INBOX\./, "FLOW"],
  [/^\$JS\.API\./, "API"],
  [/\.chat$/, "MESSAGE"],
];

/** The kind of a subject. */
export function busKind(subject: string): BusKind {
  return KINDS.find(([pattern]) => pattern.test(subject))?.[1] ?? "SHOUT";
}

/** Counts what is sent on one connection by its kinds. */
export function busRequests(count: Count): RequestReader {
  return new ProtocolLines((line) => {
    const [verb = "", subject = "", ...rest] = line.split(" ");
    if (!/^H?PUB$/i.test(verb)) return 0;
    count(busKind(subject));
    return Number(rest.at(-1)) + "\r\n".length;
  });
}
