/**
 * The transport of the library for NATS, over a connection of ours. The one that it has for `node:net`
 * leaves a socket without a listener for errors, and a late reset would end the program.
 *
 * @module
 */

import type { Transport } from "@nats-io/nats-core/internal";
import { BUS_TIMEOUT_MS } from "../base/limits.ts";
import { VERSION } from "../base/version.ts";
import { formatAddress } from "../net/address.ts";
import type { Connection } from "../net/connection.ts";
import { dial } from "../net/dial.ts";

/** One connection to a server of NATS. */
export class NatsTransport implements Transport {
  readonly lang = "ftserver";
  readonly version: string = VERSION;
  /** Why the connection ended, if it failed. */
  closeError?: Error;
  readonly #ended = Promise.withResolvers<void | Error>();
  #connection: Connection | undefined;
  #closed = false;

  get isClosed(): boolean {
    return this.#closed;
  }

  async connect({ hostname, port }: { hostname: string; port: number }): Promise<void> {
    const connection = await dial({ hostname, port, timeoutMs: BUS_TIMEOUT_MS }).catch((cause) => {
      throw new Error(`no connection to ${formatAddress(hostname, port)}`, { cause });
    });
    if (this.#closed) return connection.abort(new Error("discarded"));
    this.#connection = connection;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      for await (const bytes of this.#connection?.readable ?? []) yield bytes;
      this.#end();
    } catch (error) {
      this.#end(error as Error);
    }
  }

  isEncrypted(): boolean {
    return false;
  }

  send(frame: Uint8Array): void {
    // A failure shows when the next bytes are read, or the next ping stays unanswered.
    this.#connection?.send(frame.slice()).catch(() => {});
  }

  close(error?: Error): Promise<void> {
    this.#end(error);
    return Promise.resolve();
  }

  disconnect(): void {
    this.#end();
  }

  discard(): void {
    this.#closed = true;
    this.#connection?.abort(new Error("discarded"));
  }

  closed(): Promise<void | Error> {
    return this.#ended.promise;
  }

  #end(error?: Error): void {
    if (this.#closed) return;
    this.#closed = true;
    if (error !== undefined) this.closeError = error;
    this.#connection?.abort(error ?? new Error("closed"));
    this.#ended.resolve(error);
  }
}
