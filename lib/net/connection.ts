/**
 * Connections: a byte stream to read, coalesced writes, half-close and abort.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import { asFtError, isReset } from "../base/os_errors.ts";
import {
  COALESCE_BYTES,
  LAST_READ_TIMEOUT_MS,
  LAST_WORD_TIMEOUT_MS,
  MAX_DATA_BYTES,
  TLS_CLOSE_TIMEOUT_MS,
} from "../base/limits.ts";
import type { RateLimit, RateLimits } from "../base/rate_limit.ts";
import { within } from "../base/signals.ts";

/** A connection to a peer. Disposing it closes the socket. */
export interface Connection extends AsyncDisposable {
  /** The peer's address, `127.0.0.1:40512` or `[::1]:40512`. */
  readonly remote: string;
  /** The peer's IP address, if it was dialled. */
  readonly dialled: string | undefined;
  /** Whether the connection uses TLS. */
  readonly encrypted: boolean;
  /** Aborted when the connection ends, with the reason. */
  readonly signal: AbortSignal;
  /** The bytes from the peer. Ends at its FIN; the socket stays open for an answer. */
  readonly readable: ReadableStream<Uint8Array<ArrayBuffer>>;
  /** The time of the last received byte, in milliseconds of the monotonic clock. */
  readonly lastReadMs: number;
  /** The time of the last sent byte, in milliseconds of the monotonic clock; at first -Infinity. */
  readonly lastWriteMs: number;
  /**
   * Sends parts in order, small ones in one write. Resolves when the socket has taken them, which is
   * the backpressure; the parts may be reused then. Concurrent calls do not interleave.
   *
   * @throws `network`.
   */
  send(...parts: readonly Uint8Array[]): Promise<void>;
  /** The rate limit of this side in bytes per second, if it has one. */
  readonly rateLimit: number | undefined;
  /** Limits the rate of this side; its connections may share the limits. */
  limitRate(limits: RateLimits): void;
  /** Limits sending to the rate that the peer requested, too. */
  limitSending(limit: RateLimit): void;
  /** Shares the limits of another connection from now on: both together keep them. */
  shareRate(other: Connection): void;
  /**
   * Sends FIN after everything else; the peer may still send. A later {@linkcode send} fails, but
   * does not end the connection.
   */
  closeWrite(): Promise<void>;
  /** Closes both directions immediately. */
  abort(reason: unknown): void;
}

/** The reason of a connection that ended in order: the peer had read all that it wanted. */
export class ConnectionClosed extends FtError {
  constructor(remote: string) {
    super("network", `connection to ${remote} closed`);
  }
}

/** The part of a socket of the runtime that is used. */
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
  /** The IP address that a name led to. @default none was dialled */
  readonly dialled?: string | undefined;
  readonly encrypted: boolean;
}

/** A {@linkcode Connection} over a socket. */
export class SocketConnection implements Connection {
  readonly remote: string;
  readonly dialled: string | undefined;
  readonly encrypted: boolean;
  readonly readable: ReadableStream<Uint8Array<ArrayBuffer>>;
  lastReadMs: number = performance.now();
  lastWriteMs: number = -Infinity;
  readonly #socket: Socket;
  readonly #ended = new AbortController();
  #lastWrite: Promise<void> = Promise.resolve();
  #writeClosed = false;
  /** Why nothing can be written any more, although something may be left to read. */
  #lost: FtError | undefined;
  #scratch: Uint8Array | undefined;
  #limits: RateLimits | undefined;
  #peerLimit: RateLimit | undefined;

  /** @param socket Owned by the connection from then on. */
  constructor(socket: Socket, facts: SocketFacts) {
    this.#socket = socket;
    this.remote = facts.remote;
    this.dialled = facts.dialled;
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
    const length = Math.min(view.byteLength, this.#limits?.read.pieceBytes ?? Infinity);
    const into = new Uint8Array(view.buffer as ArrayBuffer, view.byteOffset, length);
    const count = await this.#socket.read(into).catch((error) => {
      // TLS was closed without `close_notify`. Messages carry their lengths, so their reader notices
      // a premature end.
      if (error instanceof Deno.errors.UnexpectedEof) return null;
      throw this.#failure(error);
    });
    this.lastReadMs = performance.now();
    if (count !== null && this.#limits) await this.#limits.read.take(count, this.signal);
    if (count === null) controller.close();
    request.respond(count ?? 0);
  }

  get rateLimit(): number | undefined {
    return this.#limits?.bytesPerSecond;
  }

  limitRate(limits: RateLimits): void {
    this.#limits = limits;
  }

  limitSending(limit: RateLimit): void {
    this.#peerLimit = limit;
  }

  shareRate(other: Connection): void {
    if (!(other instanceof SocketConnection)) return;
    this.#limits = other.#limits;
    this.#peerLimit = other.#peerLimit;
  }

  send(...parts: readonly Uint8Array[]): Promise<void> {
    const write = this.#lastWrite.then(() => this.#write(parts));
    this.#lastWrite = write.catch(() => {});
    return write;
  }

  async #write(parts: readonly Uint8Array[]): Promise<void> {
    this.signal.throwIfAborted();
    if (this.#lost !== undefined) throw this.#lost;
    if (this.#writeClosed) {
      throw new FtError("network", `connection to ${this.remote} is closed for writing`);
    }
    try {
      for (const piece of this.#coalesce(parts)) await this.#writeAll(piece);
    } catch (error) {
      throw isClosedByPeer(error) ? this.#writeFailure(error) : this.#failure(error);
    }
  }

  /** A peer that has closed may have sent the reason before, which is still to be read. */
  #writeFailure(error: unknown): unknown {
    if (this.signal.aborted) return this.signal.reason;
    const failure = asFtError(error, `connection to ${this.remote} lost`);
    this.#lost = failure;
    const timer = setTimeout(() => this.abort(failure), LAST_READ_TIMEOUT_MS);
    this.signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
    return failure;
  }

  /** Joins parts that follow each other, as far as they fit into one write. */
  *#coalesce(parts: readonly Uint8Array[]): Generator<Uint8Array> {
    for (let from = 0; from < parts.length;) {
      let [to, total] = [from + 1, parts[from]!.length];
      while (to < parts.length && total + parts[to]!.length <= COALESCE_BYTES) {
        total += parts[to++]!.length;
      }
      yield to === from + 1 ? parts[from]! : this.#joined(parts.slice(from, to), total);
      from = to;
    }
  }

  #joined(parts: readonly Uint8Array[], total: number): Uint8Array {
    const whole = this.#room(total);
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }

  /** Returns a buffer: large writes share one, small ones do not keep it alive. */
  #room(total: number): Uint8Array {
    if (total < COALESCE_BYTES / 8) return new Uint8Array(total);
    this.#scratch ??= new Uint8Array(COALESCE_BYTES);
    return this.#scratch.subarray(0, total);
  }

  async #writeAll(bytes: Uint8Array): Promise<void> {
    const limits = [this.#limits?.send, this.#peerLimit].filter((limit) => limit !== undefined);
    const pieceBytes = Math.min(...limits.map((limit) => limit.pieceBytes));
    for (let at = 0; at < bytes.length;) {
      at += await this.#writeSome(bytes.subarray(at, at + pieceBytes), limits);
      this.lastWriteMs = performance.now();
    }
  }

  /** Writes a part of a piece. Limits are charged only for that: TLS takes 64 KiB at a time. */
  async #writeSome(piece: Uint8Array, limits: readonly RateLimit[]): Promise<number> {
    let written = 0;
    const taken: RateLimit[] = [];
    try {
      for (const limit of limits) {
        await limit.take(piece.length, this.signal);
        taken.push(limit);
      }
      return written = await this.#socket.write(piece);
    } finally {
      for (const limit of taken) limit.giveBack(piece.length - written);
    }
  }

  #failure(error: unknown): unknown {
    if (this.signal.aborted) return this.signal.reason;
    const lost = `connection to ${this.remote} lost`;
    // The only data that a socket considers invalid is bytes that are not TLS.
    const failure = this.#lost ??
      (error instanceof Deno.errors.InvalidData
        ? new FtError("protocol", `${lost}: ${error.message}`, { cause: error })
        : asFtError(error, lost));
    this.abort(failure);
    return failure;
  }

  closeWrite(): Promise<void> {
    return this.#lastWrite = this.#lastWrite.then(async () => {
      if (this.signal.aborted || this.#writeClosed || this.#lost !== undefined) return;
      this.#writeClosed = true;
      // If the peer has closed already, there is nothing to send.
      await this.#socket.closeWrite().catch(() => {});
    });
  }

  abort(reason: unknown): void {
    if (this.signal.aborted) return;
    this.#ended.abort(reason ?? new FtError("network", `connection to ${this.remote} closed`));
    try {
      this.#socket.close();
    } catch {
      // The socket is closed already.
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // A peer that does not read must not keep the connection open.
    await within(this.#lastWrite, LAST_WORD_TIMEOUT_MS);
    // TLS buffers the last bytes until the end of its stream is sent.
    if (this.encrypted) await within(this.closeWrite(), TLS_CLOSE_TIMEOUT_MS);
    this.abort(new ConnectionClosed(this.remote));
  }
}

function isClosedByPeer(error: unknown): boolean {
  return isReset(error) || error instanceof Deno.errors.BrokenPipe;
}
