/**
 * The bus of a cluster: a connection to NATS, with buckets of keys and streams of messages in its
 * JetStream. It reconnects by itself for as long as it is open.
 *
 * @module
 */

import {
  jetstream,
  type JetStreamClient,
  type JetStreamManager,
  jetstreamManager,
} from "@nats-io/jetstream";
import { Kvm } from "@nats-io/kv";
import { credsAuthenticator, type NatsConnection, nkeyAuthenticator } from "@nats-io/nats-core";
import { NatsConnectionImpl, setTransportFactory } from "@nats-io/nats-core/internal";
import { FtError } from "../base/errors.ts";
import {
  BUS_PING_MS,
  BUS_RECONNECT_MS,
  BUS_SILENCE_MS,
  BUS_TIMEOUT_MS,
  MAX_BUS_VALUE_BYTES,
} from "../base/limits.ts";
import type { Logger } from "../base/log.ts";
import { raceSignal } from "../base/signals.ts";
import { awaitElection } from "./await_election.ts";
import { Bucket } from "./bucket.ts";
import { asBusError, busErrorCode, SUBJECT_OVERLAP } from "./bus_error.ts";
import type { BusAddress, BusCredentials } from "./bus_address.ts";
import type { BusSession } from "./bus_session.ts";
import { MessageStream } from "./message_stream.ts";
import { NatsTransport } from "./nats_transport.ts";

/** Where the bus is, and how to log in. */
export interface BusOptions extends BusAddress {
  /** The login. @default none */
  readonly credentials?: BusCredentials | undefined;
  /** Authorities in PEM besides those of the runtime; TLS is required then. @default none */
  readonly authorities?: string | undefined;
  readonly log: Logger;
}

/** A connection to the bus. Disposing it disconnects. */
export class Bus implements BusSession, AsyncDisposable {
  readonly #connection: NatsConnection;
  readonly #streams: JetStreamManager;
  /** An election may lose the request to follow something, so it is made again soon. */
  readonly #follower: JetStreamClient;
  readonly #prefix: string;
  readonly #replicas: number;
  #session = new AbortController();
  readonly #reconnects = new Set<() => void>();

  private constructor(connection: NatsConnection, streams: JetStreamManager, options: BusOptions) {
    this.#connection = connection;
    this.#streams = streams;
    this.#follower = jetstream(connection, { timeout: BUS_SILENCE_MS });
    this.#prefix = options.cluster;
    // A stream survives one node of three; a single node has no others to copy to.
    this.#replicas = options.servers.length >= 3 ? 3 : 1;
    void this.#follow(options.log);
  }

  /**
   * Connects.
   *
   * @throws `network` if no server of the bus answers in BUS_TIMEOUT_MS, or none has JetStream
   *   and a leader in BUS_ELECTION_MS;
   *   `not_allowed` for a wrong login; `tls` for a certificate that is not trusted, or where TLS is
   *   required and there is none.
   */
  static async open(options: BusOptions): Promise<Bus> {
    const { servers, credentials, authorities } = options;
    setTransportFactory({ factory: () => new NatsTransport() });
    try {
      const connection = await NatsConnectionImpl.connect({
        servers: [...servers],
        name: "ftserver",
        timeout: BUS_TIMEOUT_MS,
        maxReconnectAttempts: -1,
        reconnectTimeWait: BUS_RECONNECT_MS,
        pingInterval: BUS_PING_MS,
        maxPingOut: 2,
        ignoreAuthErrorAbort: true,
        ...options.tls || authorities !== undefined ? { tls: { ca: authorities ?? "" } } : {},
        ...loginOf(credentials),
      });
      try {
        const begin = () => jetstreamManager(connection, { timeout: BUS_TIMEOUT_MS });
        const streams = await (connection.info?.jetstream ? awaitElection(begin) : begin());
        return new Bus(connection, streams, options);
      } catch (error) {
        await connection.close();
        throw error;
      }
    } catch (error) {
      throw asBusError(error);
    }
  }

  get connected(): boolean {
    return !this.#session.signal.aborted;
  }

  async session(signal: AbortSignal): Promise<AbortSignal> {
    while (!this.connected) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#reconnects.add(resolve);
      await raceSignal(promise, signal).finally(() => this.#reconnects.delete(resolve));
    }
    return this.#session.signal;
  }

  lost(cause?: unknown): FtError {
    return new FtError("network", "this server has lost its cluster; try again", { cause });
  }

  async #follow(log: Logger): Promise<void> {
    for await (const { type } of this.#connection.status()) {
      if (type === "disconnect" && this.connected) {
        this.#session.abort(this.lost());
        log.error("cluster.lost", {});
      } else if (type === "reconnect" && !this.connected) {
        this.#session = new AbortController();
        log.info("cluster.found", { server: this.#connection.getServer() });
        for (const resolve of [...this.#reconnects]) resolve();
      }
    }
    this.#session.abort(this.lost());
  }

  /**
   * Opens a bucket of keys with one value each; all servers of the cluster see the same one.
   *
   * @param limits `ttlMs`: milliseconds after which a value is gone. `maxBytes`: of all values; more
   *   are refused. @default there are none
   * @throws `network`.
   */
  async bucket(
    name: string,
    limits: { readonly ttlMs?: number; readonly maxBytes?: number } = {},
  ): Promise<Bucket> {
    try {
      const kvm = new Kvm(this.#connection);
      const options = {
        history: 1,
        replicas: this.#replicas,
        maxValueSize: MAX_BUS_VALUE_BYTES,
        timeout: BUS_TIMEOUT_MS,
        // A replica that lags behind would answer with a value that has been replaced.
        allow_direct: false,
        ...limits.ttlMs !== undefined && { ttl: limits.ttlMs },
        ...limits.maxBytes !== undefined && { max_bytes: limits.maxBytes },
      };
      const full = `${this.#prefix}_${name}`;
      const kv = await awaitElection(() => kvm.create(full, options));
      return new Bucket({ name: full, kv, manager: this.#streams, follower: this.#follower }, this);
    } catch (error) {
      throw asBusError(error);
    }
  }

  /**
   * Opens a stream of messages, which all servers of the cluster get in the same order.
   *
   * @param maxMessages The number of messages that it keeps.
   * @throws `network`.
   */
  async stream(name: string, maxMessages: number): Promise<MessageStream> {
    const [stream, subject] = [`${this.#prefix}_${name}`, `${this.#prefix}.${name}`];
    const config = {
      ...{ name: stream, subjects: [subject], num_replicas: this.#replicas },
      ...{ max_msgs: maxMessages, max_msg_size: MAX_BUS_VALUE_BYTES, allow_direct: true },
    };
    try {
      await awaitElection(() => this.#streams.streams.add(config)).catch((error) => {
        // Another version of the server made it with other limits.
        if (busErrorCode(error) !== SUBJECT_OVERLAP) throw error;
      });
    } catch (error) {
      throw asBusError(error);
    }
    return new MessageStream({
      ...{ manager: this.#streams, follower: this.#follower },
      ...{ stream, subject, bus: this },
    });
  }

  /** Sends a text to all servers that listen now; without a connection it is lost. */
  shout(name: string, text: string): void {
    if (this.connected) this.#connection.publish(`${this.#prefix}.${name}`, text);
  }

  /** Calls a function with each text that another server shouts, until the signal ends. */
  listen(name: string, onText: (text: string) => void, signal: AbortSignal): void {
    const subscription = this.#connection.subscribe(`${this.#prefix}.${name}`, {
      callback: (_error, message) => onText(message.string()),
    });
    signal.addEventListener("abort", () => subscription.unsubscribe());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#connection.close();
  }
}

function loginOf(credentials: BusCredentials | undefined) {
  if (credentials === undefined) return {};
  if ("token" in credentials) return { token: credentials.token };
  if ("seed" in credentials) return { authenticator: nkeyAuthenticator(utf8(credentials.seed)) };
  if ("creds" in credentials) return { authenticator: credsAuthenticator(utf8(credentials.creds)) };
  return { user: credentials.user, pass: credentials.password };
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
