/**
 * A wire that is reset: both sides get a TCP reset in the middle of what they do, not an end.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { createServer, type Server, Socket } from "node:net";
import type { Place } from "../faults/wire.ts";

/** A proxy on a free port of the loopback that resets every connection at a place. */
export class ResetProxy implements AsyncDisposable {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #happened = Promise.withResolvers<void>();

  private constructor(server: Server) {
    this.#server = server;
  }

  /** Starts one before a server. */
  static async start(url: string, place: () => Place): Promise<ResetProxy> {
    const [, hostname, port] = /^ft:\/\/([^:]+):(\d+)/.exec(url)!;
    const server = createServer({ allowHalfOpen: true });
    const proxy = new ResetProxy(server);
    server.on("connection", (client) => {
      const far = new Socket({ allowHalfOpen: true });
      far.connect(Number(port), hostname!);
      proxy.#join(client, far, place());
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return proxy;
  }

  /** Its address. */
  get url(): string {
    const address = this.#server.address();
    return `ft://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
  }

  /** Resolves when the first reset has happened. */
  get happened(): Promise<void> {
    return this.#happened.promise;
  }

  #join(client: Socket, server: Socket, { way, find, look }: Place): void {
    const ends = [client, server];
    const reset = () => {
      ends.forEach((socket) => socket.resetAndDestroy());
      this.#happened.resolve();
    };
    for (const socket of ends) {
      this.#sockets.add(socket);
      socket.on("error", () => ends.forEach((end) => end.destroy()));
      socket.on("close", () => this.#sockets.delete(socket));
    }
    const pass = (from: Socket, to: Socket, chosen: boolean) => {
      let at = 0;
      from.on("end", () => to.end());
      from.on("data", (piece: Buffer) => {
        const place = chosen ? find(piece, at) : (look?.(piece, at), null);
        const keep = place === null ? piece.length : Math.max(0, place - at);
        at += piece.length;
        const now = piece.subarray(0, keep);
        if (keep < piece.length) {
          to.write(now, reset);
        } else if (!to.write(now)) {
          from.pause();
          to.once("drain", () => from.resume());
        }
      });
    };
    pass(client, server, way === "up");
    pass(server, client, way === "down");
  }

  /** Closes all. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
