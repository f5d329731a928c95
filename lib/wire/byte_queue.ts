/**
 * Bytes that have arrived and are not yet consumed, in one buffer that is read into in place.
 *
 * @module
 */

/**
 * A queue of bytes. What it hands out are views of its own buffer: they hold until bytes are next
 * added, so whoever keeps them copies them.
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

  /** @param capacity Bytes to begin with; grows as needed. */
  constructor(capacity = 4096) {
    this.#buffer = new Uint8Array(capacity);
  }

  /** Bytes that can be taken. */
  get length(): number {
    return this.#end - this.#start;
  }

  /** Adds a copy of `bytes`. */
  push(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.#buffer.set(bytes, this.#end);
    this.#end += bytes.length;
  }

  /** Makes room for `count` more bytes, moving what is left to the front or growing. */
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
   * The free space behind what is queued, to be read into, then given back with
   * {@linkcode ByteQueue.filled}. A reader may transfer its buffer meanwhile.
   *
   * @param room Bytes that are wanted. A quarter is enough to leave what is queued where it is.
   */
  space(room: number): Uint8Array<ArrayBuffer> {
    // An idle connection must not hold the room a busy one needed.
    if (this.length === 0 && this.#buffer.length > 4 * room) {
      this.#buffer = new Uint8Array(room);
    }
    if (this.#start === this.#end) this.#start = this.#end = 0;
    if (this.#buffer.length - this.#end < room / 4) this.reserve(room);
    return this.#buffer.subarray(this.#end);
  }

  /**
   * Takes the space back.
   *
   * @param space The view that was filled, on the same or the transferred buffer.
   * @param count How many bytes of it were.
   */
  filled(space: Uint8Array<ArrayBuffer>, count: number): void {
    if (space.buffer !== this.#buffer.buffer) this.#buffer = new Uint8Array(space.buffer);
    this.#end += count;
  }

  /** The next `count` bytes without taking them; fewer when fewer are there. */
  peek(count: number = this.length): Uint8Array<ArrayBuffer> {
    return this.#buffer.subarray(this.#start, Math.min(this.#start + count, this.#end));
  }

  /** Takes `count` bytes, or all when fewer are there. */
  take(count: number = this.length): Uint8Array<ArrayBuffer> {
    const taken = this.peek(count);
    this.#start += taken.length;
    return taken;
  }

  /** Where `byte` is first found within the next `limit` bytes; -1 when it is not. */
  indexOf(byte: number, limit: number = this.length): number {
    return this.peek(limit).indexOf(byte);
  }
}
