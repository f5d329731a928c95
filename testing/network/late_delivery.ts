/**
 * One direction of a {@linkcode LongLine}.
 *
 * @module
 */

import { delay, raceSignal } from "../../lib/base/signals.ts";

/** Bytes read at once. */
const PIECE_BYTES = 256 * 1024;
/** The most that is under way in one direction, so that memory is bounded: 5 GB/s for 50 ms. */
const MAX_UNDER_WAY_BYTES = 256 * 1024 * 1024;

/** A direction. */
export interface Delivery {
  readonly from: Deno.Conn;
  readonly to: Deno.Conn;
  readonly delayMs: number;
  /** Ends the direction at once. */
  readonly signal: AbortSignal;
  /** Notes how many bytes are under way. */
  underWay(bytes: number): void;
  /** Counts bytes that were delivered. */
  delivered(bytes: number): void;
}

/** Bytes under way, or the end of the direction. */
interface Piece {
  readonly bytes: Uint8Array | null;
  readonly dueMs: number;
}

/** The bytes under way in one direction. */
class UnderWay {
  readonly #pieces: Piece[] = [];
  #bytes = 0;
  #changed = Promise.withResolvers<void>();

  get bytes(): number {
    return this.#bytes;
  }

  get full(): boolean {
    return this.#bytes >= MAX_UNDER_WAY_BYTES;
  }

  /** Resolves at the next change. */
  get changed(): Promise<void> {
    return this.#changed.promise;
  }

  add(piece: Piece): void {
    this.#pieces.push(piece);
    this.#bytes += piece.bytes?.length ?? 0;
    this.#wake();
  }

  /** The piece that is next, and stays under way until it is taken. */
  get next(): Piece | undefined {
    return this.#pieces[0];
  }

  take(): void {
    this.#bytes -= this.#pieces.shift()?.bytes?.length ?? 0;
    this.#wake();
  }

  #wake(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers<void>();
  }
}

/** Passes bytes on, each after the delay, until the sender ends. @throws When a socket fails. */
export async function deliverLater(delivery: Delivery): Promise<void> {
  const underWay = new UnderWay();
  await Promise.all([collect(delivery, underWay), release(delivery, underWay)]);
}

async function collect(delivery: Delivery, underWay: UnderWay): Promise<void> {
  const { from, delayMs, signal } = delivery;
  let room = new Uint8Array(PIECE_BYTES);
  while (true) {
    while (underWay.full) await raceSignal(underWay.changed, signal);
    const count = await from.read(room);
    const dueMs = performance.now() + delayMs;
    underWay.add({ bytes: count === null ? null : room.subarray(0, count), dueMs });
    if (count === null) return;
    delivery.underWay(underWay.bytes);
    room = room.length - count < PIECE_BYTES / 4
      ? new Uint8Array(PIECE_BYTES)
      : room.subarray(count);
  }
}

async function release(delivery: Delivery, underWay: UnderWay): Promise<void> {
  const { to, signal } = delivery;
  while (true) {
    const piece = underWay.next;
    if (piece === undefined) {
      await raceSignal(underWay.changed, signal);
      continue;
    }
    const leftMs = piece.dueMs - performance.now();
    if (leftMs > 0) await delay(leftMs, signal);
    if (piece.bytes === null) return await to.closeWrite();
    for (let rest = piece.bytes; rest.length > 0;) rest = rest.subarray(await to.write(rest));
    delivery.delivered(piece.bytes.length);
    underWay.take();
  }
}
