/**
 * Two ends of a connection in memory: the real class over a pair of pipes.
 *
 * @module
 */

import { concat } from "@std/bytes/concat";
import { type Socket, SocketConnection } from "../../lib/net/connection.ts";

/** Options of {@linkcode connectionPair}. */
export interface PairOptions {
  /** The maximum number of bytes of a read; 1 is the worst case. @default no maximum */
  readonly readBytes?: number;
  /** Bytes that a pipe buffers before its writer waits. @default {262144} */
  readonly capacity?: number;
}

/** One end of the pair. */
export interface PairEnd {
  readonly connection: SocketConnection;
  /** The length of each write that reached the socket. */
  readonly writes: readonly number[];
}

/** A bounded buffer for one direction. */
class Pipe {
  readonly #capacity: number;
  #bytes = new Uint8Array();
  #ended = false;
  #broken = false;
  #wake = Promise.withResolvers<void>();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get #open(): boolean {
    return !this.#ended && !this.#broken;
  }

  async write(bytes: Uint8Array): Promise<number> {
    while (this.#bytes.length >= this.#capacity && this.#open) await this.#wake.promise;
    if (!this.#open) throw new Deno.errors.BrokenPipe("the pipe is closed");
    const room = bytes.subarray(0, this.#capacity - this.#bytes.length);
    this.#bytes = concat([this.#bytes, room]);
    this.#changed();
    return room.length;
  }

  async read(into: Uint8Array): Promise<number | null> {
    while (this.#bytes.length === 0 && !this.#ended && !this.#broken) await this.#wake.promise;
    if (this.#broken) throw new Deno.errors.Interrupted("the pipe is closed");
    if (this.#bytes.length === 0) return null;
    const part = this.#bytes.subarray(0, into.length);
    into.set(part);
    this.#bytes = this.#bytes.slice(part.length);
    this.#changed();
    return part.length;
  }

  /** Ends the direction; buffered bytes can still be read. */
  end(): void {
    this.#ended = true;
    this.#changed();
  }

  /** Closes the reading side. */
  break(): void {
    this.#broken = true;
    this.#changed();
  }

  #changed(): void {
    this.#wake.resolve();
    this.#wake = Promise.withResolvers<void>();
  }
}

class PipeSocket implements Socket {
  readonly writes: number[] = [];

  constructor(
    private readonly incoming: Pipe,
    private readonly outgoing: Pipe,
    private readonly readBytes: number,
  ) {}

  read(into: Uint8Array): Promise<number | null> {
    return this.incoming.read(into.subarray(0, this.readBytes));
  }

  write(bytes: Uint8Array): Promise<number> {
    this.writes.push(bytes.length);
    return this.outgoing.write(bytes);
  }

  closeWrite(): Promise<void> {
    this.outgoing.end();
    return Promise.resolve();
  }

  close(): void {
    this.outgoing.end();
    this.incoming.break();
  }
}

/** Creates a pair; the caller disposes both ends. */
export function connectionPair(options: PairOptions = {}): [PairEnd, PairEnd] {
  const { readBytes = Infinity, capacity = 262_144 } = options;
  const [there, back] = [new Pipe(capacity), new Pipe(capacity)];
  const end = (incoming: Pipe, outgoing: Pipe, remote: string): PairEnd => {
    const socket = new PipeSocket(incoming, outgoing, readBytes);
    const connection = new SocketConnection(socket, { remote, encrypted: false });
    return { connection, writes: socket.writes };
  };
  return [end(back, there, "192.0.2.2:2"), end(there, back, "192.0.2.1:1")];
}
