/**
 * A proxy between client and server that fails on purpose: it cuts, resets, freezes, slows or
 * damages a chosen connection at a chosen byte of either direction.
 *
 * @module
 */

import { createServer, type Server, Socket } from "node:net";
import { type Direction, passOn } from "./faulty_direction.ts";
import type { ConnectionFaults } from "./faults.ts";

/** The number of bytes that passed each way. */
interface Passed {
  up: number;
  down: number;
}

/** A proxy on a free port of the loopback. Disposing it closes all connections. */
export class FaultProxy implements AsyncDisposable {
  /** Bytes that passed on each connection, in the order in which they were opened. */
  readonly passed: Passed[] = [];
  readonly #server: Server;
  readonly #target: { readonly host: string; readonly port: number };
  readonly #faultsOf: (connection: number) => ConnectionFaults;
  readonly #sockets = new Set<Socket>();
  readonly #running = new Set<Promise<void>>();
  readonly #thawed = Promise.withResolvers<void>();
  readonly #happened = Promise.withResolvers<void>();

  private constructor(url: string, faultsOf: (connection: number) => ConnectionFaults) {
    const [, host, port] = /^\w+:\/\/([^:]+):(\d+)/.exec(url)!;
    this.#target = { host: host!, port: Number(port) };
    this.#faultsOf = faultsOf;
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
      const done = this.#connect(client).finally(() => this.#running.delete(done));
      this.#running.add(done);
    });
  }

  /**
   * Starts a proxy in front of a server.
   *
   * @param url The server's address.
   * @param faultsOf Returns the faults of a connection by its number, from 0. @default none
   */
  static async start(
    url: string,
    faultsOf: (connection: number) => ConnectionFaults = () => ({}),
  ): Promise<FaultProxy> {
    const proxy = new FaultProxy(url, faultsOf);
    await new Promise<void>((resolve) => proxy.#server.listen(0, "127.0.0.1", resolve));
    return proxy;
  }

  /** Its address. */
  get url(): string {
    const address = this.#server.address();
    return `ft://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
  }

  /** Resolves when the first cut, reset, freeze or `flip` has happened. */
  get happened(): Promise<void> {
    return this.#happened.promise;
  }

  /** Lets frozen connections go on, and freezes none from now on. */
  thaw(): void {
    this.#thawed.resolve();
  }

  /** Closes all connections. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async #connect(client: Socket): Promise<void> {
    const faults = this.#faultsOf(this.passed.length);
    const passed: Passed = { up: 0, down: 0 };
    this.passed.push(passed);
    const server = new Socket({ allowHalfOpen: true });
    const ends = [client, server] as const;
    for (const socket of ends) {
      this.#sockets.add(socket);
      // One end that fails ends the other; `passOn` sees both.
      socket.on("error", () => ends.forEach((end) => end.destroy()));
    }
    try {
      await new Promise<void>((resolve, reject) => {
        server.once("close", () => reject(new Error("the server refuses the connection")));
        server.connect(this.#target, resolve);
      });
      server.setNoDelay(true);
      const state = { frozen: false, cut: false };
      const shared = {
        ...{ ends, state, thawed: this.#thawed.promise },
        happened: () => this.#happened.resolve(),
      };
      const way = (from: Socket, to: Socket, name: keyof Passed): Direction => ({
        ...shared,
        ...{ from, to, faults: faults[name] ?? {}, count: (bytes) => passed[name] += bytes },
      });
      await Promise.allSettled([
        passOn(way(client, server, "up")),
        passOn(way(server, client, "down")),
      ]);
    } catch {
      // A closed connection is what the proxy is for; both ends are closed below.
    } finally {
      for (const socket of ends) {
        socket.destroy();
        this.#sockets.delete(socket);
      }
    }
  }

  /** Closes all connections and waits for their end. */
  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#thawed.resolve();
    this.cut();
    await closed;
    await Promise.all(this.#running);
  }
}
