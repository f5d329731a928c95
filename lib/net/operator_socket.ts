/**
 * Sockets for the operator and for monitoring: few connections at once, each for a short time, and
 * also when no descriptor is free.
 *
 * @module
 */

import {
  LAST_WORD_TIMEOUT_MS,
  MAX_MONITORING_CONNECTIONS,
  MONITORING_TIMEOUT_MS,
} from "../base/limits.ts";
import { within } from "../base/signals.ts";
import { acceptAll, type Accepted, type AcceptLoopOptions } from "./accept_loop.ts";

/** A listening socket of the runtime. */
export interface OperatorListener<C> {
  accept(): Promise<C>;
  close(): void;
}

/** Options of {@linkcode serveOperator}. */
export type OperatorOptions = Omit<AcceptLoopOptions, "signal">;

/**
 * Serves connections. A new one replaces the oldest if there are
 * {@linkcode MAX_MONITORING_CONNECTIONS}, and each is closed after
 * {@linkcode MONITORING_TIMEOUT_MS}. Disposing stops it.
 *
 * @param serve Answers one connection. Its errors are ignored: the client has disconnected.
 */
export function serveOperator<C extends Deno.Conn<Deno.Addr>>(
  listener: OperatorListener<C>,
  options: OperatorOptions,
  serve: (conn: C) => Promise<void>,
): AsyncDisposable {
  const closing = new AbortController();
  const open = new Map<C, Promise<void>>();
  const serveOne = async ({ conn, borrowed }: Accepted<C>) => {
    using _borrowed = borrowed;
    await within(serve(conn), MONITORING_TIMEOUT_MS).catch(() => {});
    close(conn);
    open.delete(conn);
  };
  const accepting = (async () => {
    const loop = { ...options, signal: closing.signal };
    for await (const accepted of acceptAll(listener, loop)) {
      const [oldest] = open.keys();
      if (open.size >= MAX_MONITORING_CONNECTIONS) close(oldest!);
      open.set(accepted.conn, serveOne(accepted));
    }
  })();
  return {
    async [Symbol.asyncDispose]() {
      closing.abort();
      listener.close();
      await accepting;
      await within(Promise.all(open.values()), LAST_WORD_TIMEOUT_MS);
      for (const conn of open.keys()) close(conn);
      await Promise.all(open.values());
    },
  };
}

/** Ends what is pending on the connection, too. */
function close(conn: Deno.Conn<Deno.Addr>): void {
  try {
    conn.close();
  } catch {
    // It is closed already.
  }
}
