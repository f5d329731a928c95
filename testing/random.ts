/**
 * Repeatable random numbers, for tests and tools.
 *
 * @module
 */

/** A generator (mulberry32) that yields the same numbers for the same seed. */
export class Random {
  #state: number;

  /** @param seed Taken modulo 2^32. */
  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** Returns a generator for one purpose, whose numbers depend on the seed and on `words`. */
  static of(seed: number, ...words: readonly (string | number)[]): Random {
    let hash = 0x811c9dc5 ^ seed;
    for (const char of words.join("\0")) {
      hash = Math.imul(hash ^ char.codePointAt(0)!, 0x01000193);
    }
    return new Random(hash);
  }

  /** Returns a number in [0, 1). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let x = this.#state;
    x = Math.imul(x ^ (x >>> 15), x | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 0x1_0000_0000;
  }

  /** Returns an integer in [0, end). */
  below(end: number): number {
    return Math.floor(this.next() * end);
  }

  /** Returns one of `items`. */
  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }

  /** Returns `length` random bytes. */
  bytes(length: number): Uint8Array<ArrayBuffer> {
    const words = new Uint32Array(Math.ceil(length / 4));
    let x = Math.floor(this.next() * 0x1_0000_0000) || 1;
    for (let i = 0; i < words.length; i++) {
      x ^= x << 13;
      x ^= x >>> 17;
      x ^= x << 5;
      words[i] = x;
    }
    return new Uint8Array(words.buffer, 0, length);
  }
}
