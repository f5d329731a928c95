/**
 * A relay between a server and its store, which counts bytes and can hold requests back.
 *
 * @module
 */

/** A running relay. Disposing it ends its connections. */
export interface StoreTap extends AsyncDisposable {
  /** The endpoint for servers. */
  readonly endpoint: string;
  /** Bytes that servers have sent so far. */
  readonly sent: number;
  /** Bytes that servers have received so far. */
  readonly received: number;
  /** The first line of each request so far. */
  readonly requests: readonly string[];
}

/** The first line of a request; servers write the head of a request at once. */
const REQUEST = /^(?:GET|HEAD|PUT|POST|DELETE) \S+(?= HTTP\/1\.1\r\n)/;

/**
 * Starts a relay.
 *
 * @param target The endpoint of the store.
 * @param before Awaited before a request is passed on. @default none waits
 */
export function storeTap(
  target: string,
  before: (request: string) => void | Promise<void> = () => {},
): StoreTap {
  const { hostname, port } = new URL(target);
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const counts = { sent: 0, received: 0 };
  const requests: string[] = [];
  const open = new Set<Deno.TcpConn>();
  const pass = async (
    from: Deno.TcpConn,
    to: Deno.TcpConn,
    each: (bytes: Uint8Array) => void | Promise<void>,
  ) => {
    const buffer = new Uint8Array(64 * 1024);
    for (let read; (read = await from.read(buffer)) !== null;) {
      const bytes = buffer.subarray(0, read);
      await each(bytes);
      for (let at = 0; at < read;) at += await to.write(bytes.subarray(at));
    }
    await to.closeWrite();
  };
  const relay = async (near: Deno.TcpConn) => {
    open.add(near);
    try {
      const far = await Deno.connect({ hostname, port: Number(port) });
      open.add(far);
      const up = pass(near, far, async (bytes) => {
        counts.sent += bytes.length;
        const [request] = new TextDecoder().decode(bytes.subarray(0, 4096)).match(REQUEST) ?? [];
        if (request === undefined) return;
        requests.push(request);
        await before(request);
      });
      const down = pass(far, near, (bytes) => void (counts.received += bytes.length));
      await Promise.all([up, down]);
    } catch {
      // One of the sides has ended.
    }
  };
  const relays = new Set<Promise<void>>();
  const accepting = (async () => {
    for await (const near of listener) relays.add(relay(near));
  })();
  return {
    endpoint: `http://127.0.0.1:${listener.addr.port}`,
    get sent() {
      return counts.sent;
    },
    get received() {
      return counts.received;
    },
    requests,
    async [Symbol.asyncDispose]() {
      listener.close();
      for (const connection of open) closed(connection);
      await Promise.all([accepting, ...relays]);
    },
  };
}

function closed(connection: Deno.TcpConn): void {
  try {
    connection.close();
  } catch {
    // It has ended already.
  }
}
