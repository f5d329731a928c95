/**
 * The client's side of a native connection: requests out, replies in, a watch on silence.
 *
 * @module
 */

import * as v from "valibot";
import { FtError, hasCode, protocolError } from "../../base/errors.ts";
import { MAX_CONTROL_BYTES, MAX_REQUESTS_IN_FLIGHT } from "../../base/limits.ts";
import { Semaphore } from "../../base/semaphore.ts";
import { anySignal, raceSignal, startDeadline } from "../../base/signals.ts";
import { VERSION } from "../../base/version.ts";
import { Channel, type ChannelSide, failureOf } from "../../native/channel.ts";
import type { Exchange, FrameHandlers } from "../../native/exchange.ts";
import type { FrameType } from "../../native/frame_types.ts";
import { decodeJson, encodeJson, exchangeId } from "../../native/messages.ts";
import {
  decodeFailure,
  failureSchema,
  ourHello,
  type Request,
  requireFit,
} from "../../native/schemas.ts";
import type { Connection } from "../../net/connection.ts";
import { ByteReader } from "../../wire/byte_reader.ts";
import { Pings } from "./pings.ts";

/** A request under way. */
export interface Call {
  readonly exchange: Exchange;
  /** The reply's JSON, or the error. */
  readonly reply: Promise<Uint8Array>;
}

interface Pending {
  resolve(payload: Uint8Array): void;
  reject(error: unknown): void;
}

/** Takes what a server pushes of its chat. The bytes hold only during the call. */
export interface ChatPushes {
  /** The JSON of a message. */
  message(json: Uint8Array): void;
  /** The JSON of why the seat is gone. */
  gone(json: Uint8Array): void;
  /** Whether somebody listens, so that silence must be looked into. */
  readonly listening: boolean;
}

/** What a client is told before it greets. */
export interface GreetOptions {
  /** Milliseconds to wait for a connection, and later for any sign of life. */
  readonly timeoutMs: number;
  /** Gives up. */
  readonly signal?: AbortSignal;
  /** Names this client across connections. */
  readonly identity?: string;
  /** Bytes a second each way, at most. @default no limit */
  readonly maxRate?: number;
}

/** A native connection, as its client. Disposing it hangs up. */
export class NativeClient implements ChannelSide, AsyncDisposable {
  readonly #connection: Connection;
  readonly #reader: ByteReader;
  readonly #channel: Channel;
  readonly #timeoutMs: number;
  readonly #where: string;
  readonly #pending = new Map<number, Pending>();
  readonly #pings: Pings;
  readonly #slots = new Semaphore(MAX_REQUESTS_IN_FLIGHT);
  #chat: ChatPushes | undefined;
  #goodbye: FtError | undefined;
  #clockAheadMs: number | undefined;
  #nextId = 1;
  #running: Promise<unknown> = Promise.resolve();
  #watch: ReturnType<typeof setInterval> | undefined;

  private constructor(connection: Connection, where: string, timeoutMs: number) {
    this.#connection = connection;
    this.#where = where;
    this.#timeoutMs = timeoutMs;
    this.#reader = new ByteReader(connection.readable);
    this.#channel = new Channel(connection, this.#reader);
    this.#pings = new Pings((payload) => this.#channel.sendFrame("PING", payload));
  }

  /**
   * Exchanges hellos over a fresh connection, which is closed when that fails.
   *
   * @param where The server, for messages.
   * @throws `protocol`, `network`, or the refusal the server sent.
   */
  static async greet(
    connection: Connection,
    where: string,
    options: GreetOptions,
  ): Promise<NativeClient> {
    const client = new NativeClient(connection, where, options.timeoutMs);
    try {
      await client.#greet(options);
    } catch (error) {
      connection.abort(error);
      throw error;
    }
    client.#running = client.#run();
    client.#watch = setInterval(() => client.#watchSilence(), options.timeoutMs / 4);
    return client;
  }

  async #greet(options: GreetOptions): Promise<void> {
    const { timeoutMs } = options;
    using deadline = startDeadline(timeoutMs, () => this.#silence());
    const signal = anySignal(options.signal, deadline.signal);
    const asked = Date.now();
    try {
      await raceSignal(
        this.#channel.sendHello(
          ourHello(`ftclient/${VERSION}`, { identity: options.identity, maxRate: options.maxRate }),
        ),
        signal,
      );
      const [first] = await this.#reader.peek(1, signal);
      // Not a word is no wrong word: the server may just have been stopped.
      if (first === undefined) throw this.#closed();
      // No frame begins otherwise, however short the answer is.
      if (first !== 0) throw protocolError("its first byte is no frame's");
      const hello = await this.#channel.readHello(signal);
      requireFit(hello, "server", "client");
      if (hello.maxRate !== undefined) this.#connection.limitRate(hello.maxRate, "send");
      // Half way between question and answer, as in SNTP.
      if (hello.clockMs !== undefined) {
        this.#clockAheadMs = hello.clockMs - (asked + Date.now()) / 2;
      }
    } catch (error) {
      if (!hasCode(error, "protocol")) throw error;
      const message = `${this.#where} does not answer as expected: ${error.message}`;
      throw new FtError("protocol", message, { cause: error });
    }
  }

  #closed(): FtError {
    return new FtError("network", `${this.#where} closed the connection`);
  }

  #silence(): FtError {
    return new FtError("network", `no answer from ${this.#where} in ${this.#timeoutMs / 1000} s`);
  }

  async #run(): Promise<void> {
    const ended = await this.#channel.run(this);
    const reason = ended ?? this.#goodbye ?? this.#closed();
    for (const pending of this.#pending.values()) pending.reject(reason);
    this.#pending.clear();
    clearInterval(this.#watch);
    this.#connection.abort(reason);
  }

  /** Somebody waits and nothing comes: ask, then give up. */
  #watchSilence(): void {
    if (this.#pending.size === 0 && !this.#chat?.listening) return;
    const silentMs = performance.now() - this.#connection.lastReadMs;
    if (silentMs >= this.#timeoutMs) this.#connection.abort(this.#silence());
    else if (silentMs >= this.#timeoutMs / 2) this.ping().catch(() => {});
  }

  /** Milliseconds the server's clock is ahead of ours, about. */
  get clockAheadMs(): number | undefined {
    return this.#clockAheadMs;
  }

  /** Ends when the connection does. */
  get signal(): AbortSignal {
    return this.#connection.signal;
  }

  receive(type: FrameType, payload: Uint8Array<ArrayBuffer>): void {
    switch (type) {
      case "RPLY":
        return this.#settle(type, payload, (pending) => pending.resolve(payload.slice(4)));
      case "FAIL": {
        // What cannot be read ends the connection, and all that wait with it.
        const failure = failureOf(payload);
        return this.#settle(type, payload, (pending) => pending.reject(failure));
      }
      case "PONG":
        return this.#pings.answered(payload);
      case "GBYE":
        this.#goodbye = decodeFailure(decodeJson(failureSchema, payload, "GBYE"));
        return;
      case "MESG":
        return this.#chat?.message(payload);
      case "GONE":
        return this.#chat?.gone(payload);
      default:
        throw new FtError("protocol", `unexpected ${type}`);
    }
  }

  /** Sets who takes what is pushed; without one it is dropped. */
  onChat(pushes: ChatPushes): void {
    this.#chat = pushes;
  }

  #settle(
    type: "RPLY" | "FAIL",
    payload: Uint8Array,
    settle: (pending: Pending) => void,
  ): void {
    const id = exchangeId(payload);
    const pending = this.#pending.get(id);
    if (pending === undefined) return this.#channel.late(type, id);
    this.#pending.delete(id);
    settle(pending);
    const over = new FtError("interrupted", "the exchange is over");
    this.#channel.find(id)?.end(over, type === "RPLY" ? "replied" : "given up");
  }

  /**
   * Begins a request, once there are fewer under way than a server takes.
   *
   * @param handlers Take the frames that come before the reply.
   * @param signal Ending it tells the server to stop.
   */
  async call(request: Request, handlers: FrameHandlers = {}, signal?: AbortSignal): Promise<Call> {
    const body = encodeJson(request);
    if (body.length > MAX_CONTROL_BYTES) throw new FtError("limit", "a request is too long");
    const either = anySignal(signal, this.signal);
    const slot = await this.#slots.acquire(either);
    if (either.aborted) {
      slot[Symbol.dispose]();
      throw either.reason;
    }
    const exchange = this.#channel.open(this.#takeId());
    exchange.handle(handlers);
    const { promise: reply, resolve, reject } = Promise.withResolvers<Uint8Array>();
    reply.catch(() => {});
    this.#pending.set(exchange.id, { resolve, reject });
    const stop = () => {
      if (!this.#pending.delete(exchange.id)) return;
      reject(signal!.reason);
      exchange.finish("STOP").catch(() => {});
    };
    signal?.addEventListener("abort", stop, { once: true });
    reply.catch(() => {}).finally(() => {
      signal?.removeEventListener("abort", stop);
      slot[Symbol.dispose]();
    });
    await exchange.send("REQU", body);
    return { exchange, reply };
  }

  #takeId(): number {
    while (this.#channel.find(this.#nextId) !== undefined) this.#nextId++;
    const id = this.#nextId++;
    if (this.#nextId > 0xffff_fff0) this.#nextId = 1;
    return id;
  }

  /** A request answered by one reply. */
  async ask<S extends v.GenericSchema>(
    request: Request,
    schema: S,
    signal?: AbortSignal,
  ): Promise<v.InferOutput<S>> {
    const { reply } = await this.call(request, {}, signal);
    return decodeJson(schema, await reply, "RPLY");
  }

  /** Gives a call up: its reply is no longer wanted. */
  cancel(call: Call): void {
    const pending = this.#pending.get(call.exchange.id);
    if (pending === undefined) return;
    this.#pending.delete(call.exchange.id);
    pending.reject(new FtError("interrupted", "the call was given up"));
    call.exchange.finish("STOP").catch(() => {});
  }

  /** Round-trip time in milliseconds. @throws `network` when no answer comes. */
  async ping(signal?: AbortSignal): Promise<number> {
    const late = AbortSignal.timeout(this.#timeoutMs);
    try {
      return await this.#pings.ask(anySignal(signal, this.signal, late));
    } catch (error) {
      throw late.aborted ? this.#silence() : error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#watch);
    this.#connection.abort(new FtError("interrupted", "the connection was closed"));
    await this.#running;
  }
}
