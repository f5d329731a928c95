/**
 * Connections that have not said hello yet: so many, then the oldest has to go.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import { PENDING_HANDSHAKE_PERCENT } from "../base/limits.ts";

/** The part of a connection that is needed to end it. */
export interface Abortable {
  abort(reason: unknown): void;
}

/**
 * Keeps connections from before their hello in order of age. A flood of silent ones cannot keep
 * others out: each newcomer pushes the oldest away, and who says hello at once is never that old.
 */
export class Handshakes {
  readonly #pending = new Set<Abortable>();
  readonly #max: number;

  /** @param maxConnections With and without a hello. */
  constructor(maxConnections: number) {
    this.#max = Math.max(1, Math.floor(maxConnections * PENDING_HANDSHAKE_PERCENT / 100));
  }

  /** Connections that have not said hello. */
  get count(): number {
    return this.#pending.size;
  }

  /** Counts a connection until disposed, which its hello does. */
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
