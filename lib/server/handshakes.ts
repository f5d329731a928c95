/**
 * Limits the connections whose handshake is not complete: the oldest is closed for a new one.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import { PENDING_HANDSHAKE_PERCENT } from "../base/limits.ts";

/** The part of a connection that ends it. */
export interface Abortable {
  abort(reason: unknown): void;
}

/**
 * Connections before their handshake, in order of age. A flood of silent ones cannot keep others
 * out: each new connection replaces the oldest, and a client that says hello at once never is.
 */
export class Handshakes {
  readonly #pending = new Set<Abortable>();
  readonly #max: number;

  /** @param maxConnections The limit of all connections, with and without a handshake. */
  constructor(maxConnections: number) {
    this.#max = Math.max(1, Math.floor(maxConnections * PENDING_HANDSHAKE_PERCENT / 100));
  }

  /** Connections whose handshake is not complete. */
  get count(): number {
    return this.#pending.size;
  }

  /** Counts a connection until the result is disposed, which its handshake does. */
  begin(connection: Abortable): Disposable {
    if (this.#pending.size >= this.#max) {
      const [oldest] = this.#pending;
      this.#pending.delete(oldest!);
      oldest!.abort(new FtError("network", "too many connections without a hello"));
    }
    this.#pending.add(connection);
    return { [Symbol.dispose]: () => void this.#pending.delete(connection) };
  }
}
