/**
 * The client's side of a native connection: sends requests, matches replies, and notices a server
 * that no longer answers.
 *
 * @module
 */

import * as v from "valibot";
import { FtError } from "../../base/errors.ts";
import {
  MAX_CONTROL_BYTES,
  MAX_REQUESTS_IN_FLIGHT,
  MAX_WINDOW_BYTES,
  WORK_ANSWER_TIMEOUT_MS,
} from "../../base/limits.ts";
import { Semaphore } from "../../base/semaphore.ts";
import { anySignal, startDeadline } from "../../base/signals.ts";
import { Channel, type ChannelSide, failureOf } from "../../native/channel.ts";
import type { Exchange, FrameHandlers } from "../../native/exchange.ts";
import type { FrameType } from "../../native/frame_types.ts";
import { decodeJson, encodeJson, exchangeId } from "../../native/messages.ts";
import { decodeFailure, failureSchema, type Request } from "../../native/schemas.ts";
import type { Connection } from "../../net/connection.ts";
import { ByteReader } from "../../wire/byte_reader.ts";
import { answerTimeoutMs, AnswerWatch } from "./answer_watch.ts";
import type { GreetOptions } from "./greet_options.ts";
import { closedBy, exchangeHellos, type Greeting, noAnswer } from "./greeting.ts";

/** A running request. */
export interface Call {
  readonly exchange: Exchange;
  /** The reply's JSON, or the error. */
  readonly reply: Promise<Uint8Array>;
  /** Allows for much work before the next answer. */
  expectWork(): void;
}

interface Pending {
  /** How long the server may take, if it answers pings. */
  waitMs: number;
  resolve(payload: Uint8Array): void;
  reject(error: unknown): void;
}

/** Takes the chat frames a server pushes. The bytes are valid only during the call. */
export interface ChatPushes {
  /** The JSON of a message. */
  message(json: Uint8Array): void;
  /** The JSON of the reason why the seat was taken away. */
  gone(json: Uint8Array): void;
  /** Whether a seat is taken, so that a silent connection has to be checked. */
  readonly listening: boolean;
}

/** The client of a native connection. Disposing it disconnects. */
export class NativeClient implements ChannelSide, AsyncDisposable {
  readonly #connection: Connection;
  readonly #reader: ByteReader;
  readonly #channel: Channel;
  readonly #timeoutMs: number;
  readonly #where: string;
  readonly #pending = new Map<number, Pending>();
  readonly #slots = new Semaphore(MAX_REQUESTS_IN_FLIGHT);
  #chat: ChatPushes | undefined;
  #goodbye: FtError | undefined;
  #greeting: Greeting | undefined;
  #nextId = 1;
  #greeted: Promise<void> = Promise.resolve();
  #running: Promise<unknown> = Promise.resolve();
  #watch: AnswerWatch | undefined;

  private constructor(connection: Connection, where: string, timeoutMs: number) {
    this.#connection = connection;
    this.#where = where;
    this.#timeoutMs = timeoutMs;
    this.#reader = new ByteReader(connection.readable);
    this.#channel = new Channel(connection, this.#reader);
  }

  /**
   * Exchanges hellos over a new connection, and closes it on failure.
   *
   * @param where The server's address, for messages.
   * @throws `protocol`, `network`, or the refusal the server sent.
   */
  static async greet(
    connection: Connection,
    where: string,
    options: GreetOptions,
  ): Promise<NativeClient> {
    const client = NativeClient.begin(connection, where, options);
    await client.greeted;
    return client;
  }

  /**
   * Sends the hello. Requests may follow at once, which saves a round trip; they fail if the server's
   * hello does not come.
   */
  static begin(connection: Connection, where: string, options: GreetOptions): NativeClient {
    const client = new NativeClient(connection, where, options.timeoutMs);
    client.#greeted = client.#greet(options);
    client.#running = client.#greeted.then(() => client.#run(), (error) => client.#end(error));
    client.#watch = client.#watchAnswers();
    return client;
  }

  async #greet(options: GreetOptions): Promise<void> {
    const [connection, where] = [this.#connection, this.#where];
    try {
      this.#greeting = await exchangeHellos(this.#channel, this.#reader, {
        ...options,
        where,
        limitSending: (limit) => connection.limitSending(limit),
      });
    } catch (error) {
      connection.abort(error);
      throw error;
    }
  }

  /** Resolves when the server has sent its hello. @throws As {@linkcode NativeClient.greet}. */
  get greeted(): Promise<void> {
    return this.#greeted;
  }

  #watchAnswers(): AnswerWatch {
    return new AnswerWatch({
      connection: this.#connection,
      channel: this.#channel,
      waitMs: () => Math.max(0, ...this.#pending.values().map(({ waitMs }) => waitMs)),
      isListening: () => this.#chat?.listening ?? false,
      ping: () => void this.ping().catch(() => {}),
      lost: (ms) => this.#connection.abort(noAnswer(this.#where, ms)),
    }, this.#timeoutMs);
  }

  async #run(): Promise<void> {
    const ended = await this.#channel.run(this);
    this.#end(ended ?? this.#goodbye ?? closedBy(this.#where));
  }

  #end(reason: unknown): void {
    for (const pending of this.#pending.values()) pending.reject(reason);
    this.#pending.clear();
    this.#watch?.[Symbol.dispose]();
    this.#connection.abort(reason);
  }

  /** Roughly how many milliseconds the server's clock is ahead. */
  get clockAheadMs(): number | undefined {
    return this.#greeting?.clockAheadMs;
  }

  /** The lower of the rates that both sides limit, in bytes per second; `Infinity` without one. */
  get maxRate(): number {
    return Math.min(this.#connection.rateLimit ?? Infinity, this.#greeting?.maxRate ?? Infinity);
  }

  /** Whether the server has an optional feature. */
  offers(feature: string): boolean {
    return this.#greeting?.features.has(feature) ?? false;
  }

  /** When the last byte arrived, in milliseconds of the monotonic clock. */
  get heardMs(): number {
    return this.#connection.lastReadMs;
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
        // An unreadable refusal throws, which ends the connection and every waiting call.
        const failure = failureOf(payload);
        return this.#settle(type, payload, (pending) => pending.reject(failure));
      }
      case "PONG":
        return this.#watch?.ponged();
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

  /** Sets the receiver of chat frames; without one they are dropped. */
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
    if (pending === undefined) return this.#channel.requireGivenUp(type, id);
    this.#pending.delete(id);
    settle(pending);
    const over = new FtError("interrupted", "the exchange is over");
    this.#channel.find(id)?.end(over, type === "RPLY" ? "replied" : "given up");
  }

  /**
   * Starts a request, once fewer are running than a server accepts.
   *
   * @param handlers Take the frames that arrive before the reply.
   * @param signal Cancels the request, also on the server.
   * @param content Whether the answer is content, whose first window the request tells.
   */
  async call(
    request: Request,
    handlers: FrameHandlers = {},
    signal?: AbortSignal,
    content = false,
  ): Promise<Call> {
    const body = encodeJson(content ? { ...request, window: MAX_WINDOW_BYTES } : request);
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
    const pending = { waitMs: answerTimeoutMs(request, this.#timeoutMs), resolve, reject };
    this.#pending.set(exchange.id, pending);
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
    const window = content ? exchange.requestContent() : undefined;
    await exchange.send("REQU", content ? encodeJson({ ...request, window }) : body);
    const expectWork = () => void (pending.waitMs = WORK_ANSWER_TIMEOUT_MS);
    return { exchange, reply, expectWork };
  }

  #takeId(): number {
    while (this.#channel.find(this.#nextId) !== undefined) this.#nextId++;
    const id = this.#nextId++;
    if (this.#nextId > 0xffff_fff0) this.#nextId = 1;
    return id;
  }

  /** Sends a request that is answered by one reply. */
  async ask<S extends v.GenericSchema>(
    request: Request,
    schema: S,
    signal?: AbortSignal,
  ): Promise<v.InferOutput<S>> {
    const startedMs = performance.now();
    const { reply } = await this.call(request, {}, signal);
    const answer = await reply;
    this.#channel.line.answeredIn(performance.now() - startedMs);
    return decodeJson(schema, answer, "RPLY");
  }

  /** Cancels a call whose reply is no longer wanted. */
  cancel(call: Call): void {
    const pending = this.#pending.get(call.exchange.id);
    if (pending === undefined) return;
    this.#pending.delete(call.exchange.id);
    pending.reject(new FtError("interrupted", "the call was cancelled"));
    call.exchange.finish("STOP").catch(() => {});
  }

  /** Measures the round-trip time in milliseconds. @throws `network` without an answer in time. */
  async ping(signal?: AbortSignal): Promise<number> {
    using deadline = startDeadline(this.#timeoutMs, () => noAnswer(this.#where, this.#timeoutMs));
    return await this.#channel.ping(anySignal(signal, this.signal, deadline.signal));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#watch?.[Symbol.dispose]();
    this.#connection.abort(new FtError("interrupted", "the connection was closed"));
    await this.#running;
  }
}
