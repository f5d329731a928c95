/**
 * The end of an answer that does not end by itself.
 *
 * @module
 */

import { anySignal, MAX_DELAY_MS } from "../../base/signals.ts";
import type { Session } from "../../dialects/dialect.ts";

/**
 * Returns a signal that aborts when the client ends its side of the connection, when the connection is
 * lost, and when the server drains.
 */
export function leaving({ reader, signal, draining }: Session): AbortSignal {
  const left = new AbortController();
  const ended = anySignal(signal, draining);
  // A client that sends its next request already is still here.
  const watch = async () => await reader.fillWithin(MAX_DELAY_MS, ended) || left.abort();
  watch().catch((reason) => left.abort(reason));
  return anySignal(left.signal, ended);
}
