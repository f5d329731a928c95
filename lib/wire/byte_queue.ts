/**
 * A queue of received bytes, in one buffer that sockets read into directly.
 *
 * @module
 */

/**
 * A queue of bytes. The views it returns are valid only until bytes are added again: copy them to
 * keep them.
 *
 * @example
 * ```ts
 * import { ByteQueue } from "./byte_queue.ts";
 *
 * const queue = new ByteQueue();
 * queue.push(new Uint8Array([1, 2, 3]));
 * if (queue.take(2).length !== 2 || queue.length !== 1) throw new Error();
 * ```
 */
export class ByteQueue {
  #buffer: Uint8Array<ArrayBuffer>;
  #start = 0;
  #end = 0;

  /** @param capacity The initial capacity in bytes; it grows as needed. */
  constructor(capacity = 4096) {
    this.#buffer = new Uint8Array(capacity);
  }

  /** The number of queued bytes. */
  get length(): number {
    return this.#end - this.#start;
  }

  /** Adds a copy of `bytes`. */
  push(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.#buffer.set(bytes, this.#end);
    this.#end += bytes.length;
  }

  /** Makes room for `count` more bytes, by moving the queued ones to the front or by growing. */
  reserve(count: number): void {
    if (this.#start === this.#end) this.#start = this.#end = 0;
    if (this.#buffer.length - this.#end >= count) return;
    const left = this.length;
    if (this.#buffer.length >= left + count) {
      this.#buffer.copyWithin(0, this.#start, this.#end);
    } else {
      const grown = new Uint8Array(Math.max(left + count, this.#buffer.length * 2));
      grown.set(this.#buffer.subarray(this.#start, this.#end));
      this.#buffer = grown;
    }
    this.#start = 0;
    this.#end = left;
  }

  /**
   * Returns the free space behind the queued bytes. Read into it, then call
   * {@linkcode ByteQueue.filled}. The reader may transfer the buffer in between.
   *
   * @param room The wanted size in bytes. The queued bytes are moved only if there is less than a
   *   quarter of it.
   */
  space(room: number): Uint8Array<ArrayBuffer> {
    // A connection that has become idle must not keep a large buffer.
    if (this.length === 0 && this.#buffer.length > 4 * room) {
      this.#buffer = new Uint8Array(room);
    }
    if (this.#start === this.#end) this.#start = this.#end = 0;
    if (this.#buffer.length - this.#end < room / 4) this.reserve(room);
    return this.#buffer.subarray(this.#end);
  }

  /**
   * Adds the bytes that were read into {@linkcode ByteQueue.space}.
   *
   * @param space The space, on the same or the transferred buffer.
   * @param count The number of bytes read.
   */
  filled(space: Uint8Array<ArrayBuffer>, count: number): void {
    if (space.buffer !== this.#buffer.buffer) this.#buffer = new Uint8Array(space.buffer);
    this.#end += count;
  }

  /** Returns up to `count` bytes without taking them. */
  peek(count: number = this.length): Uint8Array<ArrayBuffer> {
    return this.#buffer.subarray(this.#start, Math.min(this.#start + count, this.#end));
  }

  /** Takes up to `count` bytes. */
  take(count: number = this.length): Uint8Array<ArrayBuffer> {
    const taken = this.peek(count);
    this.#start += taken.length;
    return taken;
  }

  /** Returns the index of `byte` in the next `limit` bytes, or -1. */
  indexOf(byte: number, limit: number = this.length): number {
    return this.peek(limit).indexOf(byte);
  }
}
