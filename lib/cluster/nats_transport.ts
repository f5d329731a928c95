/**
 * The transport of the library for NATS, over a connection of ours. The one that it has for `node:net`
 * leaves a socket without a listener for errors, and a late reset would end the program.
 *
 * @module
 */

import type { ConnectionOptions, TlsOptions } from "@nats-io/nats-core";
import { INFO, type Transport } from "@nats-io/nats-core/internal";
import { FtError } from "../base/errors.ts";
import { BUS_TIMEOUT_MS } from "../base/limits.ts";
import { VERSION } from "../base/version.ts";
import { formatAddress } from "../net/address.ts";
import type { Connection } from "../net/connection.ts";
import { dialUpgraded } from "../net/upgrade_dial.ts";

/** A server of NATS, as the library describes it. */
interface NatsServer {
  readonly hostname: string;
  readonly port: number;
  /** The name under which the first server was reached, for one that is only known by its address. */
  readonly tlsName?: string;
}

const ADVICE = "trust its authority with --cluster-ca";

/** One connection to a server of NATS. */
export class NatsTransport implements Transport {
  readonly lang = "ftserver";
  readonly version: string = VERSION;
  /** Why the connection ended, if it failed. */
  closeError?: Error;
  readonly #ended = Promise.withResolvers<void | Error>();
  #greeting: Uint8Array | undefined;
  #connection: Connection | undefined;
  #closed = false;

  get isClosed(): boolean {
    return this.#closed;
  }

  /**
   * Connects.
   *
   * @param options `tls`: TLS is required, and its `ca` are trusted. Otherwise the server decides.
   */
  async connect(server: NatsServer, options: ConnectionOptions): Promise<void> {
    const { hostname, port, tlsName } = server;
    const where = formatAddress(hostname, port);
    const { ca } = options.tls as TlsOptions | undefined ?? {};
    const upgraded = await dialUpgraded({
      ...{ hostname, port, timeoutMs: BUS_TIMEOUT_MS },
      trust: { hostname: tlsName || hostname, caCerts: ca ? [ca] : [], advice: ADVICE },
      wantsTls: (greeting) => wantsTls(where, greeting, (options.tls ?? null) !== null),
    }).catch((cause) => {
      if (cause instanceof FtError && cause.code !== "network") throw cause;
      throw new Error(`no connection to ${where}`, { cause });
    });
    const { connection, greeting } = upgraded;
    if (this.#closed) return connection.abort(new Error("discarded"));
    this.#greeting = greeting;
    this.#connection = connection;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      if (this.#greeting !== undefined) yield this.#greeting;
      for await (const bytes of this.#connection?.readable ?? []) yield bytes;
      this.#end();
    } catch (error) {
      this.#end(error as Error);
    }
  }

  isEncrypted(): boolean {
    return this.#connection?.encrypted === true;
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

/** Whether TLS follows. @throws `tls` if it should and does not, `protocol` for another kind of server. */
function wantsTls(where: string, greeting: string, required: boolean): boolean {
  const [, text] = INFO.exec(`${greeting}\r\n`) ?? [];
  let info: { tls_required?: unknown; tls_available?: unknown };
  try {
    info = JSON.parse(text!);
  } catch (cause) {
    throw new FtError("protocol", `${where} is not a server of NATS`, { cause });
  }
  if (info.tls_required === true) return true;
  if (!required) return false;
  if (info.tls_available === true) return true;
  throw new FtError("tls", `${where} has no TLS, which the address of the cluster requires`);
}
