/**
 * The client's part of a greeting: both sides send a hello.
 *
 * @module
 */

import { FtError, hasCode, protocolError } from "../../base/errors.ts";
import { RateLimit } from "../../base/rate_limit.ts";
import { anySignal, raceSignal, startDeadline } from "../../base/signals.ts";
import { VERSION } from "../../base/version.ts";
import type { GreetOptions } from "./greet_options.ts";
import type { Channel } from "../../native/channel.ts";
import { ourHello, requireCompatible } from "../../native/schemas.ts";
import type { ByteReader } from "../../wire/byte_reader.ts";

/** The connection of a greeting. */
export interface GreetedConnection extends GreetOptions {
  /** The server's address, for messages. */
  readonly where: string;
  /** Called with the rate that the server asks for. */
  limitSending(limit: RateLimit): void;
}

/** The facts about a server that its hello has. */
export interface Greeting {
  /** Roughly how many milliseconds its clock is ahead; absent if it did not send its time. */
  readonly clockAheadMs: number | undefined;
  /** The rate in bytes per second that it limits, if it does. */
  readonly maxRate: number | undefined;
  /** Its optional features. */
  readonly features: ReadonlySet<string>;
}

/** The error for a server that closed the connection. */
export function closedBy(where: string): FtError {
  return new FtError("network", `${where} closed the connection`);
}

/** The error for a server that sent no answer in time. */
export function noAnswer(where: string, ms: number): FtError {
  return new FtError("network", `no answer from ${where} in ${ms / 1000} s`);
}

/**
 * Exchanges hellos within the timeout, however slowly the bytes arrive.
 *
 * @throws `protocol`, `network`, or the refusal the server sent.
 */
export async function exchangeHellos(
  channel: Channel,
  reader: ByteReader,
  options: GreetedConnection,
): Promise<Greeting> {
  const { timeoutMs, where, identity, rate, lane } = options;
  using deadline = startDeadline(timeoutMs, () => noAnswer(where, timeoutMs));
  const signal = anySignal(options.signal, deadline.signal);
  const asked = Date.now();
  const askedMs = performance.now();
  try {
    const maxRate = rate?.bytesPerSecond;
    const ours = ourHello(`ftclient/${VERSION}`, { identity, maxRate, lane });
    await raceSignal(channel.sendHello(ours), signal);
    const [first] = await reader.peek(1, signal);
    // An empty answer is not a wrong one: the server may have been stopped.
    if (first === undefined) throw closedBy(where);
    // Every frame starts with a zero byte, as no payload is that long.
    if (first !== 0) {
      throw protocolError("the answer does not start with a frame; is this a TLS port?");
    }
    const hello = await channel.readHello(signal);
    channel.line.answeredIn(performance.now() - askedMs);
    requireCompatible(hello, "server", "client");
    if (hello.maxRate !== undefined) options.limitSending(new RateLimit(hello.maxRate));
    const { clockMs, features } = hello;
    // The server's time belongs to the middle of the round trip, as in SNTP (RFC 4330).
    const clockAheadMs = clockMs && clockMs - (asked + Date.now()) / 2;
    return { clockAheadMs, maxRate: hello.maxRate, features: new Set(features) };
  } catch (error) {
    if (!hasCode(error, "protocol")) throw error;
    const message = `${where} does not answer as expected: ${error.message}`;
    throw new FtError("protocol", message, { cause: error });
  }
}
