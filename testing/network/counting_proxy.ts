/**
 * A proxy that counts what passes through it, by the kinds that a reader of the protocol finds, and
 * can delay the answers.
 *
 * @module
 */

import { delay } from "@std/async/delay";

/** Counts one thing of a kind. */
export type Count = (kind: string) => void;

/** Reads what clients send on one connection. */
export interface RequestReader {
  read(bytes: Uint8Array): void;
}

/** Options of {@linkcode CountingProxy.start}. */
export interface CountingOptions {
  /** The port on the loopback interface to which everything goes. */
  readonly port: number;
  /** Makes the reader of a connection. */
  readonly readerOf: (count: Count) => RequestReader;
}

/** A running proxy. Disposing it closes all connections. */
export class CountingProxy implements AsyncDisposable {
  /** Milliseconds by which each answer comes later. */
  delayMs = 0;
  readonly #options: CountingOptions;
  readonly #listener: Deno.TcpListener;
  readonly #counts = new Map<string, number>();
  readonly #open = new Set<Deno.TcpConn>();
  readonly #running: Promise<unknown>[] = [];
  readonly #bytes = { up: 0, down: 0 };

  private constructor(options: CountingOptions) {
    this.#options = options;
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.#running.push(this.#accept());
  }

  /** Starts a proxy on a free port. */
  static start(options: CountingOptions): CountingProxy {
    return new CountingProxy(options);
  }

  /** Its port. */
  get port(): number {
    return this.#listener.addr.port;
  }

  /** How many of each kind there were so far. */
  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }

  /** Bytes that passed so far, of requests and of answers. */
  get bytes(): { readonly up: number; readonly down: number } {
    return { ...this.#bytes };
  }

  async #accept(): Promise<void> {
    for await (const client of this.#listener) this.#running.push(this.#serve(client));
  }

  async #serve(client: Deno.TcpConn): Promise<void> {
    const { port, readerOf } = this.#options;
    const server = await Deno.connect({ hostname: "127.0.0.1", port }).catch(() => undefined);
    if (server === undefined) return client.close();
    const reader = readerOf((kind) => {
      this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
    });
    for (const end of [client, server]) this.#open.add(end);
    client.setNoDelay();
    server.setNoDelay();
    const up = pass(client, server, (bytes) => {
      this.#bytes.up += bytes.length;
      reader.read(bytes);
    });
    const down = pass(
      server,
      client,
      (bytes) => void (this.#bytes.down += bytes.length),
      () => this.delayMs,
    );
    await Promise.race([up, down]);
    this.#close([client, server]);
    await Promise.all([up, down]);
  }

  #close(ends: Iterable<Deno.TcpConn>): void {
    for (const end of ends) {
      if (!this.#open.delete(end)) continue;
      try {
        end.close();
      } catch {
        // The runtime has closed it with its streams.
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    this.#close([...this.#open]);
    await Promise.allSettled(this.#running);
  }
}

/** Passes bytes on until an end is closed. */
async function pass(
  from: Deno.TcpConn,
  to: Deno.TcpConn,
  onBytes: (bytes: Uint8Array) => void,
  delayMs = () => 0,
): Promise<void> {
  const writer = to.writable.getWriter();
  let written: Promise<unknown> = Promise.resolve();
  try {
    for await (const bytes of from.readable) {
      onBytes(bytes);
      // Answers that come together are delayed together.
      const ms = delayMs();
      const due = ms === 0 ? undefined : delay(ms);
      written = Promise.all([written, due]).then(() => writer.write(bytes));
      written.catch(() => {});
      if (due === undefined) await written;
    }
    await written;
  } catch {
    // Either end was closed, as connections are.
  }
}
