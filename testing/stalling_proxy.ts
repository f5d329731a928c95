/**
 * A way to a server that stops in the middle.
 *
 * @module
 */

/** A proxy that is up. */
export interface StallingProxy extends AsyncDisposable {
  readonly url: string;
  /** Resolves when the bytes it lets through are through. */
  readonly stalled: Promise<void>;
}

/** Opens one that lets so many bytes come back, and then nothing more. */
export function stallingProxy(server: URL, bytes: number): StallingProxy {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const open = new Set<Disposable>();
  const { promise: stalled, resolve } = Promise.withResolvers<void>();
  let left = bytes;

  async function pass(from: Deno.Conn, to: Deno.Conn, limited: boolean): Promise<void> {
    const buffer = new Uint8Array(64 * 1024);
    for (;;) {
      const most = limited ? Math.min(left, buffer.length) : buffer.length;
      if (most === 0) return resolve();
      const count = await from.read(buffer.subarray(0, most));
      if (count === null) return;
      if (limited) left -= count;
      for (let at = 0; at < count;) at += await to.write(buffer.subarray(at, count));
    }
  }

  async function join(client: Deno.Conn): Promise<void> {
    open.add(client);
    const far = await Deno.connect({ hostname: server.hostname, port: Number(server.port) });
    open.add(far);
    await Promise.allSettled([pass(client, far, false), pass(far, client, true)]);
  }

  const joins: Promise<void>[] = [];
  const accepting = (async () => {
    for await (const client of listener) joins.push(join(client));
  })();
  return {
    url: `ft://127.0.0.1:${(listener.addr as Deno.NetAddr).port}`,
    stalled,
    async [Symbol.asyncDispose]() {
      listener.close();
      for (const connection of open) connection[Symbol.dispose]();
      await Promise.allSettled([accepting, ...joins]);
    },
  };
}
