/**
 * Many TLS records for one read: the runtime hands out one at a time, 16 KiB at most, and each
 * would take the whole way up on its own.
 *
 * @module
 */

import type { Socket } from "./connection.ts";

/** The most a record carries (RFC 8446, 5.1). */
const RECORD_BYTES = 16 * 1024;
/** Turns of the microtask queue in which a read of what is here already resolves. */
const TURNS = 3;

/** A read that was begun before anybody asked for it. */
interface ReadAhead {
  readonly done: Promise<number | null>;
  /** What came; empty as long as nothing has, and for an end or an error. */
  bytes: Uint8Array;
}

/** A socket whose reads take all records that are here, as far as there is room. */
export class GatheredReads implements Socket {
  readonly #socket: Socket;
  #record: Uint8Array | undefined;
  #ahead: ReadAhead | undefined;

  /** @param socket Owned from now on. */
  constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** Reads what is here, or waits for something. One caller at a time. */
  async read(into: Uint8Array): Promise<number | null> {
    const first = await this.#next(into);
    if (first === null) return null;
    let filled = first;
    for (let last = first; last === RECORD_BYTES; filled += last) {
      if (into.length - filled < RECORD_BYTES || !await this.#moreIsHere()) break;
      last = this.#takeAhead(into.subarray(filled));
    }
    return filled;
  }

  /** An end or an error of a read ahead shows here, after all that came before it. */
  async #next(into: Uint8Array): Promise<number | null> {
    if (this.#ahead === undefined) return await this.#socket.read(into);
    return await this.#ahead.done === null ? null : this.#takeAhead(into);
  }

  async #moreIsHere(): Promise<boolean> {
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

  /** Bytes taken; what has no room stays for the next read. */
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
