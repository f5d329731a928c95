/**
 * A running server, as the programs and users of the library see it.
 *
 * @module
 */

import type { ChatOperator } from "../chat/seat.ts";
import type { ServerChanges } from "./server_options.ts";
import type { ServerLock, ServerStatus } from "./status.ts";

/**
 * A server that accepts connections. Disposing it aborts all connections and waits until it has
 * finished, unless a drain has given up waiting.
 */
export interface RunningServer extends AsyncDisposable {
  /** Listen URLs with the actual ports. */
  readonly addresses: readonly string[];
  /** The URL of the listener for HTTP, with the actual port, if there is one. */
  readonly webUrl: string | undefined;
  /** The chat, as the operator may use it. */
  readonly chat: ChatOperator;
  /** Returns the current state and counts. */
  status(): ServerStatus;
  /** Returns all locks, in the order of their paths. */
  locks(): readonly ServerLock[];
  /**
   * Gives a damaged file back the content that its digests promise, out of versions of the same name;
   * what clients write meanwhile stays.
   *
   * @returns Whether it is whole now.
   * @throws `usage` for a name that no file can have, `protocol` if the server keeps no versions.
   */
  repair(path: string): Promise<boolean>;
  /**
   * Uses other limits and a renewed certificate. Open connections stay; a connection uses a new idle
   * timeout from its next check on.
   *
   * @returns Whether the certificate was renewed.
   * @throws `tls` for another identity, which needs a restart, and what reading certificate and key
   *   throws; then nothing changes.
   */
  reload(changes: ServerChanges): Promise<{ readonly certificate: boolean }>;
  /**
   * Stops accepting connections, notifies all clients, and waits until running requests have ended
   * and their clients have read the answers and disconnected, up to the drain timeout of its options.
   * In any case clients get {@linkcode FAREWELL_TIMEOUT_MS} to read, and requests that are aborted
   * after the deadline {@linkcode STOP_TIMEOUT_MS} to end. It resolves after these three times at the
   * latest; requests that still run end later (see `finished`). All calls are one drain.
   */
  drain(): Promise<void>;
  /** Resolves when a drain begins, which an admin can also ask for over HTTP. */
  readonly draining: Promise<void>;
  /** Resolves at the first complete download of a file, whether or not its client is still here. */
  readonly downloaded: Promise<void>;
  /** Closes everything now. */
  abort(reason: unknown): void;
  /** Resolves when the server has stopped and all its files are closed. */
  readonly finished: Promise<void>;
}
