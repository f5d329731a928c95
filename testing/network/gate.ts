/**
 * A way between two programs that can be shut, as by a partition of the network: what is on its way
 * then does not arrive, and nobody is told.
 *
 * @module
 */

/** A gate on a free port of the loopback. Disposing it closes all connections. */
export class Gate implements AsyncDisposable {
  readonly #listener: Deno.TcpListener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #target: number;
  readonly #connections = new Set<Deno.TcpConn>();
  readonly #running: Promise<void>;
  #shut = false;

  /** @param target The port of the loopback that it leads to. */
  constructor(target: number) {
    this.#target = target;
    this.#running = this.#accept();
  }

  /** Its port. */
  get port(): number {
    return this.#listener.addr.port;
  }

  /** Lets nothing through from now on, also of new connections. */
  shut(): void {
    this.#shut = true;
  }

  /** Lets new connections through. Those from before are reset: their bytes were lost. */
  open(): void {
    this.#shut = false;
    this.#closeAll();
  }

  #closeAll(): void {
    for (const connection of this.#connections) close(connection);
    this.#connections.clear();
  }

  async #accept(): Promise<void> {
    const passing: Promise<void>[] = [];
    for await (const from of this.#listener) {
      this.#connections.add(from);
      if (!this.#shut) passing.push(this.#connect(from));
    }
    await Promise.all(passing);
  }

  async #connect(from: Deno.TcpConn): Promise<void> {
    try {
      const to = await Deno.connect({ hostname: "127.0.0.1", port: this.#target });
      this.#connections.add(to);
      await Promise.all([this.#pass(from, to), this.#pass(to, from)]);
    } catch {
      close(from);
    }
  }

  /** Passes bytes on, or loses them. */
  async #pass(from: Deno.TcpConn, to: Deno.TcpConn): Promise<void> {
    const buffer = new Uint8Array(65536);
    try {
      for (let count; (count = await from.read(buffer)) !== null;) {
        for (let at = 0; at < count && !this.#shut;) {
          at += await to.write(buffer.subarray(at, count));
        }
      }
    } catch {
      // It was closed.
    }
    if (this.#shut) return;
    close(from);
    close(to);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    this.#closeAll();
    await this.#running;
  }
}

function close(connection: Deno.TcpConn): void {
  try {
    connection.close();
  } catch {
    // It is closed already.
  }
}
