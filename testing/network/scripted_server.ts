/**
 * A server that runs a script of the test on each connection.
 *
 * @module
 */

/** A connection, as its script uses it. */
export interface ScriptedPeer {
  /** Reads the next bytes, at most `max`; null at the end. */
  hear(max?: number): Promise<Uint8Array | null>;
  say(bytes: Uint8Array | string): Promise<void>;
}

/** A running server. Disposing it waits for its scripts. */
export interface ScriptedServer extends AsyncDisposable {
  readonly port: number;
  /** The number of connections so far. */
  readonly connections: number;
}

/** Starts one; each connection is closed when its script ends, or the server is disposed. */
export function scriptedServer(script: (peer: ScriptedPeer) => Promise<void>): ScriptedServer {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const running = new Map<Deno.Conn, Promise<void>>();
  let connections = 0;
  const accepting = (async () => {
    for await (const conn of listener) {
      connections++;
      const served = serveOne(conn, script).finally(() => running.delete(conn) && conn.close());
      running.set(conn, served);
    }
  })();
  return {
    port: listener.addr.port,
    get connections() {
      return connections;
    },
    async [Symbol.asyncDispose]() {
      listener.close();
      await accepting;
      const open = [...running];
      running.clear();
      for (const [conn] of open) conn.close();
      await Promise.all(open.map(([, served]) => served));
    },
  };
}

async function serveOne(
  conn: Deno.Conn,
  script: (peer: ScriptedPeer) => Promise<void>,
): Promise<void> {
  try {
    await script({
      async hear(max = 65536) {
        const into = new Uint8Array(max);
        const count = await conn.read(into);
        return count === null ? null : into.subarray(0, count);
      },
      async say(said) {
        const bytes = typeof said === "string" ? new TextEncoder().encode(said) : said;
        for (let at = 0; at < bytes.length;) at += await conn.write(bytes.subarray(at));
      },
    });
  } catch {
    // The client disconnected, which some tests do on purpose.
  }
}
