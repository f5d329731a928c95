/**
 * Tells refused clients why, in their own dialect.
 *
 * @module
 */

import type { FtError } from "../base/errors.ts";
import { LAST_WORD_TIMEOUT_MS, MAX_REFUSALS } from "../base/limits.ts";
import { anySignal, raceSignal, startDeadline } from "../base/signals.ts";
import type { Dialect } from "../dialects/dialect.ts";
import { halfCloseAndDrain } from "../dialects/half_close.ts";
import { select } from "../dialects/select.ts";
import type { Connection } from "../net/connection.ts";
import { ByteReader } from "../wire/byte_reader.ts";

/** Refuses connections, at most {@linkcode MAX_REFUSALS} at once with a reason. */
export class Refusals {
  #running = 0;

  /**
   * Sends the reason within {@linkcode LAST_WORD_TIMEOUT_MS}, and closes the connection. Never
   * throws.
   *
   * @param dialects The dialects the client may speak; a single one is used unchecked.
   */
  async refuse(
    connection: Connection,
    dialects: readonly Dialect[],
    error: FtError,
  ): Promise<void> {
    await using _connection = connection;
    if (this.#running >= MAX_REFUSALS) return connection.abort(error);
    this.#running++;
    using deadline = startDeadline(LAST_WORD_TIMEOUT_MS, () => error);
    const signal = anySignal(connection.signal, deadline.signal);
    try {
      // A client that already sent something sees only a reset if that is not read first.
      const reader = new ByteReader(connection.readable);
      await reader.fill(signal);
      const dialect = dialects.length === 1 ? dialects[0] : await select(dialects, reader, signal);
      if (!dialect?.refuse) return;
      await raceSignal(dialect.refuse(connection, error), signal);
      await halfCloseAndDrain({ connection, reader, signal });
    } catch {
      // The client has disconnected, is silent, or speaks no known dialect.
      connection.abort(error);
    } finally {
      this.#running--;
    }
  }
}
