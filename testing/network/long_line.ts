/**
 * A long line: a proxy that delivers every byte later, in both directions, and has no other limit.
 * Only the handshake of TCP takes no time, for any program.
 *
 * @module
 */

import { deliverLater, type Delivery } from "./late_delivery.ts";

/** How a {@linkcode LongLine} is set up. */
export interface LongLineOptions {
  /** Milliseconds from one end to the other. @default {50} */
  readonly delayMs?: number;
  /** Called when bytes have been delivered. */
  readonly onDelivered?: (bytes: number, way: "up" | "down") => void;
}

const DELAY_MS = 50;

/**
 * A long line on a free port of the loopback. Disposing it closes all connections.
 *
 * @example
 * ```ts no-run
 * import { LongLine } from "./long_line.ts";
 *
 * await using line = LongLine.start(2121);
 * console.log(`the server on port 2121 is 100 ms away on port ${line.port}`);
 * ```
 */
export class LongLine implements AsyncDisposable {
  /** The most bytes of a connection that were under way at once. */
  readonly most: { up: number; down: number } = { up: 0, down: 0 };
  readonly #target: Deno.ConnectOptions;
  readonly #options: LongLineOptions;
  readonly #listener: Deno.TcpListener;
  #ended = new AbortController();
  readonly #running = new Set<Promise<void>>();
  readonly #accepting: Promise<void>;

  private constructor(target: Deno.ConnectOptions, options: LongLineOptions) {
    this.#target = target;
    this.#options = options;
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.#accepting = this.#accept();
  }

  /** Starts a line to a port of the loopback. */
  static start(port: number, options: LongLineOptions = {}): LongLine {
    return new LongLine({ hostname: "127.0.0.1", port }, options);
  }

  /** The port of its near end. */
  get port(): number {
    return this.#listener.addr.port;
  }

  async #accept(): Promise<void> {
    for await (const near of this.#listener) {
      const done = this.#connect(near).finally(() => this.#running.delete(done));
      this.#running.add(done);
    }
  }

  async #connect(near: Deno.TcpConn): Promise<void> {
    using _near = closing(near);
    // A server that refuses connections closes them.
    const far = await Deno.connect(this.#target).catch(() => null);
    if (far === null) return;
    using _far = closing(far);
    near.setNoDelay();
    far.setNoDelay();
    const { delayMs = DELAY_MS, onDelivered = () => {} } = this.#options;
    const ended = new AbortController();
    const signal = AbortSignal.any([ended.signal, this.#ended.signal]);
    const way = (from: Deno.Conn, to: Deno.Conn, name: "up" | "down"): Delivery => ({
      ...{ from, to, delayMs, signal },
      underWay: (bytes) => this.most[name] = Math.max(this.most[name], bytes),
      delivered: (bytes) => onDelivered(bytes, name),
    });
    const ways = [way(near, far, "up"), way(far, near, "down")];
    // What has failed in one direction is over in both.
    const deliver = (one: Delivery) => deliverLater(one).catch((error) => ended.abort(error));
    signal.addEventListener("abort", () => [near, far].forEach((conn) => void tryClose(conn)));
    await Promise.all(ways.map(deliver));
  }

  /** Closes all connections, with everything that is under way. */
  cut(): void {
    this.#ended.abort(new Error("the line was cut"));
    this.#ended = new AbortController();
  }

  /** Closes all connections, and waits for their end. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    this.cut();
    await this.#accepting;
    await Promise.all(this.#running);
  }
}

function tryClose(conn: Deno.Conn): void {
  try {
    conn.close();
  } catch {
    // It is closed already.
  }
}

function closing(conn: Deno.Conn): Disposable {
  return { [Symbol.dispose]: () => tryClose(conn) };
}
