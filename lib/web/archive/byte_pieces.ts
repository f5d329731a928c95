/**
 * Many small records, kept in few large pieces.
 *
 * @module
 */

const PIECE_BYTES = 64 * 1024;

/** Collects records, of which a hundred thousand in arrays of their own would take much memory. */
export class BytePieces {
  readonly #full: Uint8Array<ArrayBuffer>[] = [];
  #last = new Uint8Array(PIECE_BYTES);
  #used = 0;
  #bytes = 0;

  /** Bytes of all records. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Adds a record; it is copied. */
  add(record: Uint8Array): void {
    this.#bytes += record.length;
    for (let rest = record; rest.length > 0;) {
      const part = rest.subarray(0, PIECE_BYTES - this.#used);
      this.#last.set(part, this.#used);
      this.#used += part.length;
      rest = rest.subarray(part.length);
      if (this.#used === PIECE_BYTES) this.#turn();
    }
  }

  #turn(): void {
    this.#full.push(this.#last);
    this.#last = new Uint8Array(PIECE_BYTES);
    this.#used = 0;
  }

  /** The records in their order. */
  *[Symbol.iterator](): Generator<Uint8Array<ArrayBuffer>> {
    yield* this.#full;
    if (this.#used > 0) yield this.#last.subarray(0, this.#used);
  }
}
