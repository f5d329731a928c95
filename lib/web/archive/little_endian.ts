/**
 * Records of little-endian numbers.
 *
 * @module
 */

/**
 * A record of a known size, which is filled from its beginning.
 *
 * @example
 * ```ts
 * import { LittleEndian } from "./little_endian.ts";
 *
 * if (new LittleEndian(4).u16(0x0102).put(new Uint8Array([3])).bytes.join() !== "2,1,3,0") throw new Error();
 * ```
 */
export class LittleEndian {
  /** The record; the part that is not filled yet is zero. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly #view: DataView;
  #at = 0;

  /** @param size In bytes. */
  constructor(size: number) {
    this.bytes = new Uint8Array(size);
    this.#view = new DataView(this.bytes.buffer);
  }

  /** Adds 16 bits. */
  u16(value: number): this {
    this.#view.setUint16(this.#at, value, true);
    return this.#skip(2);
  }

  /** Adds 32 bits. */
  u32(value: number): this {
    this.#view.setUint32(this.#at, value, true);
    return this.#skip(4);
  }

  /** Adds 64 bits. */
  u64(value: number): this {
    this.#view.setBigUint64(this.#at, BigInt(value), true);
    return this.#skip(8);
  }

  /** Adds bytes. */
  put(bytes: Uint8Array): this {
    this.bytes.set(bytes, this.#at);
    return this.#skip(bytes.length);
  }

  #skip(bytes: number): this {
    this.#at += bytes;
    return this;
  }
}
