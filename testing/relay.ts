/**
 * A relay in front of a server, whose connections a test can cut or stop.
 *
 * @module
 */

/** A listening relay. Disposing it cuts everything. */
export class Relay implements AsyncDisposable {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #open = new Set<Deno.Conn>();
  readonly #running: Promise<void>;
  readonly #to: number;

  /** @param to The port to relay to. */
  constructor(to: number) {
    this.#to = to;
    this.#running = this.#run();
  }

  /** Where it listens. */
  get url(): string {
    return `ft://127.0.0.1:${this.#listener.addr.port}`;
  }

  async #run(): Promise<void> {
    const relayed: Promise<unknown>[] = [];
    for await (const near of this.#listener) {
      const far = await Deno.connect({ hostname: "127.0.0.1", port: this.#to });
      for (const conn of [near, far]) this.#open.add(conn);
      relayed.push(pass(near, far), pass(far, near));
    }
    await Promise.all(relayed);
  }

  /** Cuts every connection. */
  cut(): void {
    for (const conn of this.#open) {
      try {
        conn.close();
      } catch {
        // Closed already.
      }
    }
    this.#open.clear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    this.cut();
    await this.#running;
  }
}

async function pass(from: Deno.Conn, to: Deno.Conn): Promise<void> {
  const buffer = new Uint8Array(64 * 1024);
  try {
    while (true) {
      const count = await from.read(buffer);
      if (count === null) return await (to as Deno.TcpConn).closeWrite();
      for (let at = 0; at < count;) at += await to.write(buffer.subarray(at, count));
    }
  } catch {
    // Cut.
  }
}
