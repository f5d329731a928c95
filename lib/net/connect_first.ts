/**
 * Connecting to a name that has several addresses (RFC 8305): one after the other, without waiting
 * long for one that does not answer.
 *
 * @module
 */

import { DIAL_STAGGER_MS, MAX_DIAL_ADDRESSES } from "../base/limits.ts";
import { anySignal, delay } from "../base/signals.ts";

/** Returns the addresses of a name, best first. */
export type Resolve = (hostname: string) => Promise<readonly string[]>;

/** The addresses of a name, as the system knows them; none if it has no answer. */
export async function systemAddresses(hostname: string): Promise<readonly string[]> {
  const { lookup } = await import("node:dns/promises");
  try {
    const found = await lookup(hostname, { all: true });
    return [...new Set(found.map(({ address }) => address))];
  } catch {
    return [];
  }
}

/**
 * Connects to the first address that accepts, in their order with both families in turn. The next one
 * is tried when one has failed, or after {@linkcode DIAL_STAGGER_MS} beside those that still wait.
 *
 * @throws An `AggregateError` if all fail.
 */
export async function connectFirst(
  addresses: readonly string[],
  port: number,
  signal: AbortSignal,
): Promise<Deno.TcpConn> {
  const decided = new AbortController();
  const options = { port, signal: anySignal(signal, decided.signal) };
  const errors: unknown[] = [];
  const running = new Set<Promise<Deno.TcpConn | undefined>>();
  const begin = (hostname: string) => {
    const attempt = Deno.connect({ hostname, ...options }).catch((error) => {
      errors.push(error);
      running.delete(attempt);
      return undefined;
    });
    running.add(attempt);
  };
  let winner: Deno.TcpConn | undefined;
  try {
    for (const hostname of inTurn(addresses).slice(0, MAX_DIAL_ADDRESSES)) {
      begin(hostname);
      winner = await firstOf(running, options.signal);
      if (winner !== undefined) return winner;
    }
    while (winner === undefined && running.size > 0) winner = await Promise.race(running);
    if (winner !== undefined) return winner;
    throw new AggregateError(errors, "no address accepts");
  } finally {
    decided.abort();
    // Sometimes another address has accepted at the same moment.
    for (const attempt of running) attempt.then((conn) => conn === winner || conn?.close());
  }
}

/** Waits for one attempt to end, but not for long. */
async function firstOf<T>(running: ReadonlySet<Promise<T>>, signal: AbortSignal) {
  const ended = new AbortController();
  const pause = delay(DIAL_STAGGER_MS, anySignal(signal, ended.signal));
  try {
    return await Promise.race([...running, pause.then(() => undefined, () => undefined)]);
  } finally {
    ended.abort();
  }
}

/** The addresses with both families in turn, beginning with that of the first one. */
function inTurn(addresses: readonly string[]): string[] {
  const isFirst = addresses[0]?.includes(":");
  const first = addresses.filter((address) => address.includes(":") === isFirst);
  const others = addresses.filter((address) => address.includes(":") !== isFirst);
  const longest = Math.max(first.length, others.length);
  return Array.from({ length: longest }, (_, i) => [first[i], others[i]]).flat()
    .filter((address) => address !== undefined);
}
