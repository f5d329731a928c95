/**
 * Transfers in this process over a failing connection, with their events and results.
 *
 * @module
 */

import { parseEndpoint } from "../../lib/client/remote/endpoint.ts";
import type { TransferEvent, TransferResult } from "../../lib/client/remote/transfer_events.ts";
import { getFiles } from "../../lib/client/transfer/get/get_files.ts";
import type { GetRequest } from "../../lib/client/transfer/get/get_files.ts";
import { putFiles, type PutRequest } from "../../lib/client/transfer/put/put_files.ts";
import type { OpenRemote } from "../../lib/client/remote/open.ts";
import { openRemote } from "../../lib/client/open_remote.ts";
import { FtError } from "../../lib/base/errors.ts";
import { RateLimits } from "../../lib/base/rate_limit.ts";

/** A transfer that ended. */
export interface Ended {
  /** The result of its file, or the error. */
  readonly result: TransferResult | FtError;
  readonly events: readonly TransferEvent[];
  /** Texts of notices, in order. */
  readonly notices: readonly string[];
}

/** How to connect. */
export interface ConnectOptions {
  /** Milliseconds. @default {10_000} */
  readonly timeoutMs?: number;
  /** Bytes per second. */
  readonly maxRate?: number;
  /** The identity that the client sends in its hello. */
  readonly identity?: string;
  readonly signal?: AbortSignal;
  /** Called with every event. */
  readonly watch?: (event: TransferEvent) => void;
}

const PLAIN = {
  existing: "refuse",
  times: true,
  resume: true,
  recursive: false,
  transfers: 4,
} as const;

/** Returns a function that connects. */
export function opener(url: string, options: ConnectOptions = {}): OpenRemote {
  const { timeoutMs = 10_000, signal, maxRate, identity } = options;
  const rate = maxRate === undefined ? undefined : new RateLimits(maxRate);
  const more = { ...(signal && { signal }), rate, identity };
  return (first) => openRemote(parseEndpoint(url), { timeoutMs, ...first, ...more });
}

/** Downloads one file. */
export function get(
  url: string,
  name: string,
  output: string,
  options: ConnectOptions & Partial<GetRequest> = {},
): Promise<Ended> {
  return run(options, (onEvent) =>
    getFiles(
      opener(url, options),
      { ...PLAIN, names: [name], dir: ".", output, ...options },
      onEvent,
      options.signal,
    ));
}

/** Uploads one file. */
export function put(
  url: string,
  source: string,
  as: string,
  options: ConnectOptions & Partial<PutRequest> = {},
): Promise<Ended> {
  return run(options, (onEvent) =>
    putFiles(
      opener(url, options),
      { ...PLAIN, sources: [source], to: ".", as, identity: "the-tests", ...options },
      onEvent,
      options.signal,
    ));
}

async function run(
  { watch }: ConnectOptions,
  transfer: (onEvent: (event: TransferEvent) => void) => ReturnType<typeof getFiles>,
): Promise<Ended> {
  const events: TransferEvent[] = [];
  const result = await transfer((event) => {
    events.push(event);
    watch?.(event);
  }).then(
    ({ done, failed }) => done[0] ?? failed[0]!.error,
    (error) => error,
  );
  if (!(result instanceof FtError) && !("moved" in result)) throw result;
  const notices = events.flatMap((event) => event.kind === "notice" ? [event.text] : []);
  return { result, events, notices };
}

/** Returns the result of a transfer. @throws The error if it failed. */
export function done({ result }: Ended): TransferResult {
  if (result instanceof FtError) throw result;
  return result;
}

/** Returns the error code of a failed transfer. */
export function failure({ result }: Ended): FtError {
  if (result instanceof FtError) return result;
  throw new Error(`it succeeded: ${JSON.stringify(result)}`);
}
