/**
 * A last word to those who may not come in.
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

/** Tells peers why they are refused, in their dialect where it has words for it; few at a time. */
export class Refusals {
  #telling = 0;

  /**
   * Tells one, for a moment at most, and closes the connection; never throws.
   *
   * @param dialects Candidates; one alone is pinned.
   */
  async tell(connection: Connection, dialects: readonly Dialect[], error: FtError): Promise<void> {
    await using _connection = connection;
    if (this.#telling >= MAX_REFUSALS) return connection.abort(error);
    this.#telling++;
    using late = startDeadline(LAST_WORD_TIMEOUT_MS, () => error);
    const signal = anySignal(connection.signal, late.signal);
    try {
      // What came is read before the connection closes: else the peer may see a reset alone.
      const reader = new ByteReader(connection.readable);
      await reader.fill(signal);
      const dialect = dialects.length === 1 ? dialects[0] : await select(dialects, reader, signal);
      if (!dialect?.refuse) return;
      await raceSignal(dialect.refuse(connection, error), signal);
      await halfCloseAndDrain({ connection, reader, signal });
    } catch {
      // It said nothing anybody knows, or is gone: there is nobody to tell.
      connection.abort(error);
    } finally {
      this.#telling--;
    }
  }
}
