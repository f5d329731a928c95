/**
 * Reading several TLS records at once. The runtime returns one record of at most 16 KiB per read, and
 * passing each through all layers would be slow.
 *
 * @module
 */

import type { Socket } from "./connection.ts";

/** The maximum content of a record (RFC 8446, 5.1). */
const RECORD_BYTES = 16 * 1024;
/** Turns of the microtask queue after which a read of a buffered record has resolved. */
const TURNS = 3;

/** A read that was started in advance. */
interface ReadAhead {
  readonly done: Promise<number | null>;
  /** The received bytes; empty until the read is done, and after an end or an error. */
  bytes: Uint8Array;
}

/** A socket whose reads return all buffered records that have room. */
export class GatheredReads implements Socket {
  readonly #socket: Socket;
  #record: Uint8Array | undefined;
  #ahead: ReadAhead | undefined;

  /** @param socket Owned by this one from then on. */
  constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** Reads the buffered records, or waits for one. Only one call may be pending. */
  async read(into: Uint8Array): Promise<number | null> {
    const first = await this.#next(into);
    if (first === null) return null;
    let filled = first;
    for (let last = first; last === RECORD_BYTES; filled += last) {
      if (into.length - filled < RECORD_BYTES || !await this.#hasMore()) break;
      last = this.#takeAhead(into.subarray(filled));
    }
    return filled;
  }

  /** Reads the next record. An end or an error met in advance is reported here, in order. */
  async #next(into: Uint8Array): Promise<number | null> {
    if (this.#ahead === undefined) return await this.#socket.read(into);
    return await this.#ahead.done === null ? null : this.#takeAhead(into);
  }

  async #hasMore(): Promise<boolean> {
    const ahead = this.#ahead ??= this.#readAhead();
    for (let turn = 0; turn < TURNS && ahead.bytes.length === 0; turn++) await undefined;
    return ahead.bytes.length > 0;
  }

  #readAhead(): ReadAhead {
    const record = this.#record ??= new Uint8Array(RECORD_BYTES);
    const done = this.#socket.read(record);
    const ahead: ReadAhead = { done, bytes: record.subarray(0, 0) };
    done.then((count) => ahead.bytes = record.subarray(0, count ?? 0), () => {});
    return ahead;
  }

  /** Copies from the record read in advance; the rest stays for the next read. */
  #takeAhead(into: Uint8Array): number {
    const { bytes } = this.#ahead!;
    const count = Math.min(bytes.length, into.length);
    into.set(bytes.subarray(0, count));
    if (count === bytes.length) this.#ahead = undefined;
    else this.#ahead!.bytes = bytes.subarray(count);
    return count;
  }

  write(bytes: Uint8Array): Promise<number> {
    return this.#socket.write(bytes);
  }

  closeWrite(): Promise<void> {
    return this.#socket.closeWrite();
  }

  close(): void {
    this.#socket.close();
  }
}
