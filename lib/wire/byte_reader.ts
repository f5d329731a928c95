/**
 * A pull reader over any byte stream: peeks, exact reads, lines and bodies.
 *
 * @module
 */

import { FtError, protocolError } from "../base/errors.ts";
import { MAX_DATA_BYTES, SOCKET_READ_BYTES } from "../base/limits.ts";
import { raceSignal, within } from "../base/signals.ts";
import { ByteQueue } from "./byte_queue.ts";

/** The buffer space of a read on an idle stream. */
const MIN_ROOM_BYTES = 4096;
const LF = 10;
const CR = 13;
const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Decodes UTF-8. @throws `protocol` for invalid bytes. */
export function decodeUtf8(bytes: Uint8Array, what = "text"): string {
  try {
    return strictUtf8.decode(bytes);
  } catch (cause) {
    throw protocolError(`${what} is not UTF-8`, cause);
  }
}

function endedEarly(): FtError {
  return new FtError("network", "the connection ended in the middle of a message");
}

/**
 * Reads bytes on demand. The views it returns are valid until the next call.
 *
 * @example
 * ```ts
 * import { ByteReader } from "./byte_reader.ts";
 *
 * const reader = new ByteReader(new Blob(["GET a\nrest"]).stream());
 * if (await reader.readLine(100) !== "GET a") throw new Error();
 * await reader.cancel();
 * ```
 */
export class ByteReader {
  readonly #queue = new ByteQueue();
  readonly #source: ByteSource;
  readonly #chunkBytes: number;
  #room = MIN_ROOM_BYTES;
  #ended = false;
  /** A read started by {@linkcode fillWithin} that has not finished yet. */
  #early: Promise<boolean> | undefined;

  /**
   * @param stream A byte stream is read without copying.
   * @param chunkBytes The maximum buffer space of a read. @default {SOCKET_READ_BYTES}
   */
  constructor(stream: ReadableStream<Uint8Array>, chunkBytes: number = SOCKET_READ_BYTES) {
    this.#source = sourceOf(stream);
    this.#chunkBytes = chunkBytes;
  }

  /** The number of buffered bytes. */
  get buffered(): number {
    return this.#queue.length;
  }

  /** Whether the stream has ended and no bytes are buffered. */
  get ended(): boolean {
    return this.#ended && this.#queue.length === 0;
  }

  /** Takes `n` buffered bytes; `null` if there are fewer. */
  takeBuffered(n: number): Uint8Array<ArrayBuffer> | null {
    return this.#queue.length < n ? null : this.#queue.take(n);
  }

  /** Returns all buffered bytes without taking them. */
  peekBuffered(): Uint8Array<ArrayBuffer> {
    return this.#queue.peek();
  }

  /** Whether {@linkcode ByteReader.readInto} can be used now. */
  get readsInPlace(): boolean {
    return this.#source.readInPlace !== undefined && this.#early === undefined && !this.#ended;
  }

  /**
   * Reads from the stream once, into other memory than the buffer, which must be empty.
   *
   * @param space Its buffer is transferred.
   * @returns The bytes that were read, in the transferred buffer; `null` at the end of the stream.
   */
  async readInto(space: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer> | null> {
    const read = await this.#source.readInPlace!(space);
    if (read === null) this.#ended = true;
    // Headers are what is buffered next.
    this.#room = MIN_ROOM_BYTES;
    return read;
  }

  /** Puts a copy of bytes that were read into other memory behind the buffered ones. */
  unread(bytes: Uint8Array): void {
    if (bytes.length > 0) this.#queue.push(bytes);
  }

  /** Reads from the stream once. @returns `false` at the end of the stream. */
  async fill(signal?: AbortSignal): Promise<boolean> {
    signal?.throwIfAborted();
    if (this.#early !== undefined) return await raceSignal(this.#early, signal);
    if (this.#ended) return false;
    const before = this.#queue.length;
    const read = await raceSignal(this.#source.readInto(this.#queue, this.#room), signal);
    if (read === "end") this.#ended = true;
    this.#fitRoom(read, this.#queue.length - before);
    return read !== "end";
  }

  /**
   * Reads from the stream once, with a timeout. Bytes that arrive later are not lost, and buffered
   * ones can be taken in the meantime.
   *
   * @param ms The timeout in milliseconds.
   * @returns As {@linkcode fill}, or `"timeout"`.
   */
  async fillWithin(ms: number, signal?: AbortSignal): Promise<boolean | "timeout"> {
    signal?.throwIfAborted();
    if (this.#ended) return false;
    return await within(this.#early ??= this.#readAside(), ms, signal);
  }

  /** Reads into a separate buffer, so that the queue stays usable during the read. */
  async #readAside(): Promise<boolean> {
    const aside = new ByteQueue();
    try {
      const read = await this.#source.readInto(aside, MIN_ROOM_BYTES);
      if (read === "end") this.#ended = true;
      this.#queue.push(aside.take());
      return read !== "end";
    } finally {
      this.#early = undefined;
    }
  }

  /**
   * Adapts the size of reads: busy streams get large ones, idle ones keep small buffers. A read that
   * follows the rest of an earlier one has less room than was wanted, but fills it all the same.
   */
  #fitRoom(read: Read, got: number): void {
    if (read === "full") this.#room = Math.min(this.#room * 4, this.#chunkBytes);
    else if (got * 32 < this.#room) this.#room = Math.max(this.#room >> 2, MIN_ROOM_BYTES);
  }

  /** Returns the next `n` bytes without taking them; fewer at the end of the stream. */
  async peek(n: number, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
    while (this.#queue.length < n && await this.fill(signal));
    return this.#queue.peek(n);
  }

  /**
   * Takes exactly `n` bytes.
   *
   * @param n At most a few hundred KiB: the caller must check it against a limit.
   * @throws `network` if the stream ends first.
   */
  async readExactly(n: number, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
    while (this.#queue.length < n) if (!await this.fill(signal)) throw endedEarly();
    return this.#queue.take(n);
  }

  /** Takes 1 to `max` bytes, waiting for the first; `null` at the end of the stream. */
  async readSome(
    max: number = MAX_DATA_BYTES,
    signal?: AbortSignal,
  ): Promise<Uint8Array<ArrayBuffer> | null> {
    while (this.#queue.length === 0) if (!await this.fill(signal)) return null;
    return this.#queue.take(max);
  }

  /**
   * Takes a line without its `\n` or `\r\n`; the end of the stream also ends a line.
   *
   * @returns `null` at the end of the stream.
   * @throws `protocol` for a line above `maxBytes` or one that is not UTF-8.
   */
  async readLine(maxBytes: number, signal?: AbortSignal): Promise<string | null> {
    let searched = 0;
    while (true) {
      const end = this.#queue.peek(maxBytes + 2).indexOf(LF, searched);
      if (end !== -1) return lineOf(this.#queue.take(end + 1).subarray(0, end), maxBytes);
      searched = this.#queue.length;
      if (searched > maxBytes + 1) throw protocolError(`line longer than ${maxBytes} bytes`);
      if (await this.fill(signal)) continue;
      return searched === 0 ? null : lineOf(this.#queue.take(), maxBytes);
    }
  }

  /**
   * Takes exactly `length` bytes, in pieces.
   *
   * @throws `network` if the stream ends first.
   */
  async *body(length: number, signal?: AbortSignal): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    let left = length;
    while (left > 0) {
      const piece = await this.readSome(Math.min(left, MAX_DATA_BYTES), signal);
      if (piece === null) throw endedEarly();
      left -= piece.length;
      yield piece;
    }
  }

  /** Cancels the stream. */
  cancel(reason?: unknown): Promise<void> {
    this.#ended = true;
    return this.#source.cancel(reason);
  }
}

function lineOf(bytes: Uint8Array, maxBytes: number): string {
  const line = bytes.at(-1) === CR ? bytes.subarray(0, -1) : bytes;
  if (line.length > maxBytes) throw protocolError(`line longer than ${maxBytes} bytes`);
  return decodeUtf8(line, "line");
}

/** How a read ended: with the stream, with room to spare, or with all its room filled. */
type Read = "end" | "some" | "full";

interface ByteSource {
  readInto(queue: ByteQueue, room: number): Promise<Read>;
  /** Reads into the caller's memory, if the stream can. See {@linkcode ByteReader.readInto}. */
  readInPlace?(space: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer> | null>;
  cancel(reason?: unknown): Promise<void>;
}

function sourceOf(stream: ReadableStream<Uint8Array>): ByteSource {
  try {
    return new InPlaceSource(stream.getReader({ mode: "byob" }));
  } catch {
    return new CopyingSource(stream.getReader());
  }
}

/** Lends the queue's buffer to the stream, so that nothing is copied between socket and queue. */
class InPlaceSource implements ByteSource {
  constructor(private readonly reader: ReadableStreamBYOBReader) {}

  async readInto(queue: ByteQueue, room: number): Promise<Read> {
    const space = queue.space(room);
    // The runtime transfers the buffer, which leaves the space empty.
    const { length } = space;
    const { value, done } = await this.reader.read(space);
    if (value !== undefined) queue.filled(value, value.byteLength);
    if (done) return "end";
    return value.byteLength === length ? "full" : "some";
  }

  async readInPlace(space: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer> | null> {
    const { value, done } = await this.reader.read(space);
    return done ? null : value;
  }

  cancel(reason?: unknown): Promise<void> {
    return this.reader.cancel(reason);
  }
}

class CopyingSource implements ByteSource {
  constructor(private readonly reader: ReadableStreamDefaultReader<Uint8Array>) {}

  async readInto(queue: ByteQueue): Promise<Read> {
    const { value, done } = await this.reader.read();
    if (value !== undefined) queue.push(value);
    return done ? "end" : "some";
  }

  cancel(reason?: unknown): Promise<void> {
    return this.reader.cancel(reason);
  }
}
