/**
 * The client of the dialects with a persistent connection: one file at a time, and broadcasts
 * between files.
 *
 * @module
 */

import { AsyncQueue } from "../../base/async_queue.ts";
import { FtError, protocolError } from "../../base/errors.ts";
import { DIALECT_PAUSE_MS, MAX_LINGER_BYTES, MAX_SEAT_QUEUE } from "../../base/limits.ts";
import { Semaphore } from "../../base/semaphore.ts";
import { raceSignal, within } from "../../base/signals.ts";
import type { ChatMessage } from "../../chat/seat.ts";
import type { CallOptions } from "../../service/files.ts";
import {
  type LegacyContent,
  type LegacyServer,
  type PromisedDigest,
  refusedWith,
  requireName,
} from "./legacy_server.ts";
import { openPeer, type Peer, type PeerOptions, type Wait } from "./legacy_peer.ts";

/** The announcement of a file. */
export interface IncomingFile {
  readonly kind: "file";
  readonly name: string;
  readonly bytes: number;
  readonly digest: PromisedDigest;
}

/** One item a server sends. */
export type Incoming =
  | IncomingFile
  | { readonly kind: "refusal"; readonly reason: string }
  | { readonly kind: "broadcast"; readonly from: string; readonly text: string };

/** The wire format of a dialect. */
export interface PersistentCodec {
  readonly dialect: string;
  encodeGet(name: string): Uint8Array;
  encodeSay(text: string): Uint8Array;
  encodeExit(): Uint8Array;
  /** Reads the next item; `null` at the end. The content of a file stays unread. */
  next(peer: Peer, signal: AbortSignal): Promise<Incoming | null>;
  /** Reads the content of a file. */
  content(peer: Peer, file: IncomingFile, wait: Wait): AsyncIterable<Uint8Array>;
}

type Answer = Exclude<Incoming, { kind: "broadcast" }>;

/** A server with a persistent connection. One loop reads from it, and pauses during a file. */
export class PersistentServer implements LegacyServer {
  readonly dialect: string;
  readonly #codec: PersistentCodec;
  readonly #options: PeerOptions;
  readonly #ended = new AbortController();
  #peer: Peer;
  /** Whether the connection was closed because the rest of a file was not wanted. */
  #closedEarly = false;
  readonly #turn = new Semaphore(1);
  #asked: PromiseWithResolvers<Answer> | undefined;
  #resume: (() => void) | undefined;
  #messages: AsyncQueue<ChatMessage> | undefined;
  #sequence = 0;

  private constructor(codec: PersistentCodec, options: PeerOptions, peer: Peer) {
    this.dialect = codec.dialect;
    this.#codec = codec;
    this.#options = options;
    this.#peer = peer;
    void this.#readAll(peer);
  }

  /** Connects. @throws `network`. */
  static async open(codec: PersistentCodec, options: PeerOptions): Promise<PersistentServer> {
    return new PersistentServer(codec, options, await openPeer(options));
  }

  /** Ends when the connection is lost. */
  get signal(): AbortSignal {
    return this.#ended.signal;
  }

  async #readAll(peer: Peer): Promise<void> {
    try {
      for (let next; (next = await this.#codec.next(peer, peer.connection.signal)) !== null;) {
        if (next.kind === "broadcast") this.#hear(next);
        else await this.#answered(next);
      }
      throw new FtError("network", "the server closed the connection");
    } catch (error) {
      peer.connection.abort(error);
      if (this.#closedEarly) return;
      this.#ended.abort(error);
      this.#asked?.reject(error);
      this.#messages?.fail(error);
    }
  }

  /** Reconnects if the connection was closed in the middle of a file. */
  async #ready(call: CallOptions | undefined): Promise<void> {
    if (!this.#closedEarly) return;
    this.#peer = await openPeer(this.#options, call);
    this.#closedEarly = false;
    void this.#readAll(this.#peer);
  }

  #hear({ from, text }: { readonly from: string; readonly text: string }): void {
    const facts = { sequence: ++this.#sequence, kind: "message", atMs: Date.now() } as const;
    this.#messages?.push({ ...facts, from, text });
    if (this.#messages === undefined || this.#messages.size <= MAX_SEAT_QUEUE) return;
    this.#messages.fail(new FtError("limit", "messages were read too slowly"));
  }

  async #answered(answer: Answer): Promise<void> {
    const asked = this.#asked;
    if (asked === undefined) {
      // The refusal of a chat message may arrive after its timeout.
      if (answer.kind === "refusal") return;
      throw protocolError("the server sent a file that was not requested");
    }
    this.#asked = undefined;
    const taken = answer.kind === "file"
      ? new Promise<void>((resolve) => this.#resume = resolve)
      : undefined;
    asked.resolve(answer);
    await taken;
  }

  /** Sends a request and waits for the first answer that is not a broadcast. */
  #ask(request: Uint8Array): Promise<Answer> {
    this.signal.throwIfAborted();
    const asked = this.#asked = Promise.withResolvers<Answer>();
    asked.promise.catch(() => {});
    this.#peer.connection.send(request).catch((error) => asked.reject(error));
    return asked.promise;
  }

  async fetch(name: string, call?: CallOptions): Promise<LegacyContent> {
    await using stack = new AsyncDisposableStack();
    stack.use(await this.#turn.acquire(call?.signal));
    await this.#ready(call);
    const wait = stack.use(this.#peer.wait(call));
    const answer = await this.#inTime(this.#ask(this.#codec.encodeGet(name)), wait);
    if (answer.kind === "refusal") throw refusedWith(answer.reason, name, "not_found");
    this.#requireName(answer, name);
    const { bytes, digest } = answer;
    const counted = { left: bytes };
    const pieces = this.#counted(this.#codec.content(this.#peer, answer, wait), counted);
    stack.defer(() => this.#finish(pieces, counted));
    const owned = stack.move();
    return { bytes, digest, pieces, [Symbol.asyncDispose]: () => owned.disposeAsync() };
  }

  #requireName(file: IncomingFile, name: string): void {
    try {
      requireName(file.name, name);
    } catch (error) {
      this.#peer.connection.abort(error);
      this.#resume?.();
      throw error;
    }
  }

  /** Disconnects on a timeout, so that a late answer is not taken for that of the next request. */
  async #inTime(answer: Promise<Answer>, wait: Wait): Promise<Answer> {
    try {
      return await raceSignal(answer, wait.signal);
    } catch (error) {
      this.#peer.connection.abort(error);
      throw error;
    }
  }

  async *#counted(
    pieces: AsyncIterable<Uint8Array>,
    counted: { left: number },
  ): AsyncGenerator<Uint8Array> {
    for await (const piece of pieces) {
      counted.left -= piece.length;
      yield piece;
    }
  }

  /** Resumes reading after a file. A long rest that nobody wants is not read: it disconnects. */
  async #finish(pieces: AsyncGenerator<Uint8Array>, counted: { left: number }): Promise<void> {
    const { connection } = this.#peer;
    if (counted.left <= MAX_LINGER_BYTES && !connection.signal.aborted) {
      try {
        while (!(await pieces.next()).done);
      } catch {
        // The connection is closed below.
      }
    }
    await pieces.return(undefined);
    if (counted.left > 0 && !connection.signal.aborted) {
      this.#closedEarly = true;
      connection.abort(new FtError("network", "the file was not read to its end"));
    }
    this.#resume?.();
  }

  /**
   * Sends a chat message. An accepted message has no answer; a refusal arrives at once.
   *
   * @throws The server's refusal.
   */
  async say(text: string, call?: CallOptions): Promise<void> {
    using _turn = await this.#turn.acquire(call?.signal);
    await this.#ready(call);
    const refused = this.#ask(this.#codec.encodeSay(text));
    const answer = await within(refused, 2 * DIALECT_PAUSE_MS, call?.signal);
    this.#asked = undefined;
    if (answer !== "timeout" && answer.kind === "refusal") {
      throw refusedWith(answer.reason, "message", "conflict");
    }
  }

  /**
   * Starts to collect broadcasts. They have no sequence numbers, so they are numbered here.
   *
   * @param after The number before the first one.
   * @throws `conflict` when they are collected already.
   */
  listen(after: number): AsyncQueue<ChatMessage> {
    this.#sequence = after;
    if (this.#messages !== undefined) throw new FtError("conflict", "this connection has a seat");
    this.signal.throwIfAborted();
    return this.#messages = new AsyncQueue();
  }

  /** Stops collecting broadcasts. */
  leave(): void {
    this.#messages?.close();
    this.#messages = undefined;
  }

  async #sayGoodbye(): Promise<void> {
    if (this.signal.aborted) return;
    // The server may be gone.
    await this.#peer.connection.send(this.#codec.encodeExit()).catch(() => {});
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.leave();
    await within(this.#sayGoodbye(), DIALECT_PAUSE_MS);
    await this.#peer[Symbol.asyncDispose]();
  }
}
