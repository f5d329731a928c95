/**
 * A connection: a byte stream in, coalesced writes out, half-close, abort.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import { asFtError } from "../base/os_errors.ts";
import {
  COALESCE_BYTES,
  LAST_WORD_TIMEOUT_MS,
  MAX_DATA_BYTES,
  TLS_CLOSE_TIMEOUT_MS,
} from "../base/limits.ts";
import { RateLimit } from "../base/rate_limit.ts";
import { within } from "../base/signals.ts";

/** A connection to a peer. Disposing it closes the socket. */
export interface Connection extends AsyncDisposable {
  /** The peer's address, `127.0.0.1:40512` or `[::1]:40512`. */
  readonly remote: string;
  /** Whether bytes are encrypted on the way. */
  readonly encrypted: boolean;
  /** Ends when the connection does, with the reason. */
  readonly signal: AbortSignal;
  /** What the peer sends; ends at its FIN, while the socket stays open for an answer. */
  readonly readable: ReadableStream<Uint8Array<ArrayBuffer>>;
  /** When a byte last came, in milliseconds of the monotonic clock. */
  readonly lastReadMs: number;
  /** When a byte last left, in milliseconds of the monotonic clock. */
  readonly lastWriteMs: number;
  /**
   * Sends parts in order as one write where they are small. Awaiting it is the backpressure;
   * calls do not interleave. The parts may be reused once it resolves.
   *
   * @throws `network`.
   */
  send(...parts: readonly Uint8Array[]): Promise<void>;
  /** Bytes a second that this side reads and sends at most; absent when it sets no limit. */
  readonly rateLimit: number | undefined;
  /**
   * Limits the rate from now on; of several limits the lowest holds.
   *
   * @param ways `both` is this side's own wish, `send` that of the peer.
   */
  limitRate(bytesPerSecond: number, ways: "both" | "send"): void;
  /** Sends FIN; reading goes on. */
  closeWrite(): Promise<void>;
  /** Closes at once, both ways. */
  abort(reason: unknown): void;
}

/** The part of a runtime's socket that is used. */
export interface Socket {
  read(into: Uint8Array): Promise<number | null>;
  write(bytes: Uint8Array): Promise<number>;
  closeWrite(): Promise<void>;
  close(): void;
}

/** Options of {@linkcode SocketConnection}. */
export interface SocketFacts {
  /** The peer's address. */
  readonly remote: string;
  readonly encrypted: boolean;
}

/** A {@linkcode Connection} over a socket. */
export class SocketConnection implements Connection {
  readonly remote: string;
  readonly encrypted: boolean;
  readonly readable: ReadableStream<Uint8Array<ArrayBuffer>>;
  lastReadMs: number = performance.now();
  lastWriteMs: number = performance.now();
  readonly #socket: Socket;
  readonly #ended = new AbortController();
  #lastWrite: Promise<void> = Promise.resolve();
  #scratch: Uint8Array | undefined;
  #readLimit: RateLimit | undefined;
  #sendLimit: RateLimit | undefined;

  /** @param socket Owned from now on. */
  constructor(socket: Socket, facts: SocketFacts) {
    this.#socket = socket;
    this.remote = facts.remote;
    this.encrypted = facts.encrypted;
    this.readable = new ReadableStream({
      type: "bytes",
      autoAllocateChunkSize: MAX_DATA_BYTES,
      pull: (controller) => this.#pull(controller),
      cancel: (reason) => this.abort(reason),
    });
  }

  get signal(): AbortSignal {
    return this.#ended.signal;
  }

  async #pull(controller: ReadableByteStreamController): Promise<void> {
    const request = controller.byobRequest!;
    const view = request.view!;
    const length = Math.min(view.byteLength, this.#readLimit?.pieceBytes ?? Infinity);
    const into = new Uint8Array(view.buffer as ArrayBuffer, view.byteOffset, length);
    const count = await this.#socket.read(into).catch((error) => {
      // TLS closed without a farewell: what comes over it tells its own lengths, so an end in the
      // middle of something is noticed there.
      if (error instanceof Deno.errors.UnexpectedEof) return null;
      throw this.#failure(error);
    });
    this.lastReadMs = performance.now();
    if (count !== null && this.#readLimit) await this.#readLimit.take(count, this.signal);
    if (count === null) controller.close();
    request.respond(count ?? 0);
  }

  get rateLimit(): number | undefined {
    return this.#readLimit?.bytesPerSecond;
  }

  limitRate(bytesPerSecond: number, ways: "both" | "send"): void {
    if (bytesPerSecond < (this.#sendLimit?.bytesPerSecond ?? Infinity)) {
      this.#sendLimit = new RateLimit(bytesPerSecond);
    }
    if (ways === "both") this.#readLimit = new RateLimit(bytesPerSecond);
  }

  send(...parts: readonly Uint8Array[]): Promise<void> {
    const write = this.#lastWrite.then(() => this.#write(parts));
    this.#lastWrite = write.catch(() => {});
    return write;
  }

  async #write(parts: readonly Uint8Array[]): Promise<void> {
    this.signal.throwIfAborted();
    try {
      for (const piece of this.#coalesce(parts)) await this.#writeAll(piece);
    } catch (error) {
      throw this.#failure(error);
    }
  }

  *#coalesce(parts: readonly Uint8Array[]): Generator<Uint8Array> {
    const total = parts.reduce((sum, part) => sum + part.length, 0);
    if (parts.length === 1 || total > COALESCE_BYTES) return yield* parts;
    const whole = this.#room(total);
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    yield whole;
  }

  /** Bulk writes share one buffer, small ones do not keep a large one alive. */
  #room(total: number): Uint8Array {
    if (total < COALESCE_BYTES / 8) return new Uint8Array(total);
    this.#scratch ??= new Uint8Array(COALESCE_BYTES);
    return this.#scratch.subarray(0, total);
  }

  async #writeAll(bytes: Uint8Array): Promise<void> {
    const limit = this.#sendLimit;
    for (let at = 0; at < bytes.length;) {
      const piece = bytes.subarray(at, limit && at + limit.pieceBytes);
      if (limit !== undefined) await limit.take(piece.length, this.signal);
      at += await this.#socket.write(piece);
      this.lastWriteMs = performance.now();
    }
  }

  #failure(error: unknown): unknown {
    if (this.signal.aborted) return this.signal.reason;
    const lost = `connection to ${this.remote} lost`;
    // In a socket, bytes that are no TLS are the only invalid data.
    const failure = error instanceof Deno.errors.InvalidData
      ? new FtError("protocol", `${lost}: ${error.message}`, { cause: error })
      : asFtError(error, lost);
    this.abort(failure);
    return failure;
  }

  async closeWrite(): Promise<void> {
    await this.#lastWrite;
    if (this.signal.aborted) return;
    // The peer may have closed first: then there is nobody left to tell.
    await this.#socket.closeWrite().catch(() => {});
  }

  abort(reason: unknown): void {
    if (this.signal.aborted) return;
    this.#ended.abort(reason ?? new FtError("network", `connection to ${this.remote} closed`));
    try {
      this.#socket.close();
    } catch {
      // Closed by the peer already.
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // A peer that does not read must not hold the connection open.
    await within(this.#lastWrite, LAST_WORD_TIMEOUT_MS);
    // TLS buffers: what was sent last leaves with the end of the stream.
    if (this.encrypted) await within(this.closeWrite(), TLS_CLOSE_TIMEOUT_MS);
    this.abort(new FtError("network", `connection to ${this.remote} closed`));
  }
}
