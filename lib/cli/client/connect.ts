/**
 * Connecting, again and again where that can help.
 *
 * @module
 */

import { FtError } from "../../base/errors.ts";
import { asFtError } from "../../base/os_errors.ts";
import { delay } from "../../base/signals.ts";
import type { OnTransferEvent } from "../../client/remote/transfer_events.ts";
import { backoffMs } from "../../client/remote/link.ts";
import type { Remote } from "../../client/remote/remote.ts";
import type { Trust } from "../../client/trust/secure_dial.ts";
import type { ClientValues } from "./client_flags.ts";
import { type ReadEnv, xdgDir } from "../../base/environment.ts";
import { credentialsOf } from "./credentials.ts";

/** How to retry. */
export interface RetryOptions {
  /** Tries after the first. */
  readonly retries: number;
  readonly signal: AbortSignal;
  readonly onRetry: OnTransferEvent;
  /** Waits. @default delay */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>;
  /** A number in [0, 1). @default Math.random */
  readonly random?: () => number;
}

/**
 * Does something until it succeeds, fails for good, or the retries are used up.
 *
 * @throws What the last try failed with; the signal's reason when it ends first.
 */
export async function withRetries<T>(attempt: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { retries, signal, onRetry, wait = delay, random = Math.random } = options;
  for (let tried = 1;; tried++) {
    signal.throwIfAborted();
    try {
      return await attempt();
    } catch (thrown) {
      signal.throwIfAborted();
      const error = asFtError(thrown);
      if (!error.retryable || tried > retries) throw error;
      const ms = Math.max(backoffMs(tried, random), error.retryAfterMs ?? 0);
      onRetry({ kind: "retry", attempt: tried, of: retries, atMs: Date.now() + ms, error });
      await wait(ms, signal);
    }
  }
}

/** What {@linkcode opener} needs besides the flags. */
export interface OpenerOptions {
  readonly signal: AbortSignal;
  readonly readEnv: ReadEnv;
  /** Names this client across runs; a secret. */
  readonly identity: string;
  /** Tells the user something that is no result. */
  readonly notice: (text: string) => void;
}

/** The folder for what the client remembers; absent where there is no home. */
export function clientStateDir(readEnv: ReadEnv): string | undefined {
  const state = xdgDir(readEnv, "XDG_STATE_HOME", ".local/state");
  return state === undefined ? undefined : `${state}/ft`;
}

/**
 * Makes the function that connects once.
 *
 * @throws `usage` when there is no host, or it is none; what reading the file of authorities gives.
 */
export async function opener(
  values: ClientValues,
  options: OpenerOptions,
): Promise<() => Promise<Remote>> {
  if (values.host === undefined) {
    throw new FtError("usage", "no host: give --host HOST or set FTCLIENT_HOST", { name: "host" });
  }
  const { parseEndpoint } = await import("../../client/remote/endpoint.ts");
  const endpoint = parseEndpoint(values.host);
  const trust = await trustOf(values, options);
  const login = await credentialsOf(values, options.readEnv);
  return async () => {
    const { openRemote } = await import("../../client/open_remote.ts");
    const { identityFor } = await import("../../client/trust/client_identity.ts");
    const { signal } = options;
    return await openRemote(endpoint, {
      timeoutMs: values.timeout * 1000,
      signal,
      trust,
      ...(values.bwlimit && { maxRate: values.bwlimit }),
      identity: identityFor(options.identity, endpoint.hostname),
      ...(login && { login }),
    });
  };
}

/** Whom the user trusts: by flag, and by what was met before. */
async function trustOf(values: ClientValues, options: OpenerOptions): Promise<Trust> {
  const { KnownHosts } = await import("../../client/trust/known_hosts.ts");
  const { parsePin } = await import("../../net/pin.ts");
  const state = clientStateDir(options.readEnv);
  return {
    ...(state !== undefined && { knownHosts: new KnownHosts(`${state}/known_hosts`) }),
    ...(values.pin !== undefined && { pin: parsePin(values.pin) }),
    ...(values.ca !== undefined && { authorities: await readAuthorities(values.ca) }),
    onFirstUse: (address, pin) =>
      options.notice(`${address} is new here; its fingerprint ${pin} is trusted from now on`),
  };
}

async function readAuthorities(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    throw asFtError(error, `Cannot read ${path}`, path);
  }
}
