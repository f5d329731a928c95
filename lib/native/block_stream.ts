/**
 * Blocks over an exchange: split into data frames by the sender, assembled by the receiver.
 *
 * @module
 */

import { protocolError } from "../base/errors.ts";
import { BLOCK_BYTES, MAX_DATA_BYTES } from "../base/limits.ts";
import { OwnedBlock } from "../blocks/block.ts";
import type { BlockBuffers } from "../blocks/buffers.ts";
import { readUint32 } from "../wire/frame.ts";
import type { PayloadPlace } from "../wire/payload_place.ts";
import { inflate, shrink } from "./compression.ts";
import type { Exchange, FrameHandlers } from "./exchange.ts";
import { FRAME_CAPS } from "./frame_types.ts";
import { type BlockHeader, decodeBlockHeader, encodeBlockHeader, uint32s } from "./messages.ts";

/** The maximum cost of a block in a window, in bytes. */
export const BLOCK_COST: number = FRAME_CAPS.BLCK +
  Math.ceil(BLOCK_BYTES / MAX_DATA_BYTES) * FRAME_CAPS.ZDAT;

/** A block to send. */
export interface OutgoingBlock {
  readonly index: number;
  readonly bytes: Uint8Array;
  readonly digest: Uint8Array<ArrayBuffer>;
}

/**
 * Sends a block: BLCK, then its content in DATA frames, or in ZDAT frames where these are shorter.
 * Content that is not compressed goes in one BULK frame if the line is fast.
 *
 * @param compress Whether to try ZDAT.
 * @returns The wire bytes of the content.
 */
export async function sendBlock(
  exchange: Exchange,
  block: OutgoingBlock,
  compress = false,
): Promise<number> {
  const startedMs = performance.now();
  const sent = await sendContent(exchange, block, compress);
  if (sent === BLOCK_BYTES) exchange.line.blockLeftIn(performance.now() - startedMs);
  return sent;
}

async function sendContent(
  exchange: Exchange,
  { index, bytes, digest }: OutgoingBlock,
  compress: boolean,
): Promise<number> {
  const head = encodeBlockHeader({ index, length: bytes.length, digest });
  if (!compress && exchange.line.sendsWholeBlocks) {
    await exchange.sendTogether(["BLCK", head], ["BULK", bytes]);
    return bytes.length;
  }
  await exchange.send("BLCK", head);
  let sent = 0;
  for (let at = 0; at < bytes.length; at += MAX_DATA_BYTES) {
    const piece = bytes.subarray(at, at + MAX_DATA_BYTES);
    const packed = compress ? await shrink(piece) : null;
    if (packed === null) await exchange.send("DATA", piece);
    else await exchange.send("ZDAT", uint32s(piece.length), packed);
    sent += packed?.length ?? piece.length;
  }
  return sent;
}

interface Partial {
  readonly header: BlockHeader;
  /** Empty while something is being read into it. */
  bytes: Uint8Array<ArrayBuffer>;
  filled: number;
  /** Whether content is on its way to its place in the block. */
  placing: boolean;
  /** Wire bytes of the content. */
  wireBytes: number;
  cost: number;
}

/** Assembles blocks from the frames of one exchange. */
export class BlockAssembler {
  readonly #exchange: Exchange;
  readonly #buffers: BlockBuffers;
  readonly #emit: (block: OwnedBlock) => void;
  #partial: Partial | undefined;

  /** @param emit Receives each complete block; disposing it returns its share of the window. */
  constructor(exchange: Exchange, buffers: BlockBuffers, emit: (block: OwnedBlock) => void) {
    this.#exchange = exchange;
    this.#buffers = buffers;
    this.#emit = emit;
    exchange.signal.addEventListener("abort", () => this.#drop(), { once: true });
  }

  /** Handlers of BLCK, DATA, BULK and ZDAT. */
  readonly handlers: FrameHandlers = {
    place: (bytes) => this.#place(bytes),
    BLCK: (payload, _, cost) => this.#begin(decodeBlockHeader(payload, BLOCK_BYTES), cost),
    DATA: (payload, _, cost, placed) => this.#content(payload, cost, placed),
    BULK: (payload, _, cost, placed) => this.#content(payload, cost, placed),
    ZDAT: (payload, _, cost) => {
      if (payload.length < 8) throw protocolError("ZDAT is too short");
      const rawLength = readUint32(payload, 4);
      this.#piece(inflate(payload.subarray(8), rawLength), payload.length - 8, cost);
    },
  };

  #begin(header: BlockHeader, cost: number): void {
    if (this.#partial !== undefined) throw protocolError("a block began inside another");
    this.#partial = {
      header,
      bytes: this.#buffers.take(header.length),
      filled: 0,
      placing: false,
      wireBytes: 0,
      cost,
    };
  }

  #content(payload: Uint8Array, cost: number, placed: number): void {
    if (placed > 0) this.#arrived(placed, placed, cost);
    else this.#piece(payload.subarray(4), payload.length - 4, cost);
  }

  /** The block that the next bytes belong to. @throws `protocol` if there is none. */
  #partialFor(bytes: number): Partial {
    const partial = this.#partial;
    if (partial === undefined || bytes === 0) throw protocolError("data outside a block");
    if (partial.filled + bytes > partial.header.length) {
      throw protocolError("a block is longer than announced");
    }
    return partial;
  }

  #piece(piece: Uint8Array, wireBytes: number, cost: number): void {
    const partial = this.#partialFor(piece.length);
    partial.bytes.set(piece, partial.filled);
    this.#arrived(piece.length, wireBytes, cost);
  }

  /** Counts content that is in its place. */
  #arrived(length: number, wireBytes: number, cost: number): void {
    const partial = this.#partial;
    if (partial === undefined) throw protocolError("data outside a block");
    partial.placing = false;
    partial.filled += length;
    partial.wireBytes += wireBytes;
    partial.cost += cost;
    if (partial.filled === partial.header.length) this.#complete(partial);
  }

  /**
   * The place of content in its block.
   *
   * @throws `protocol` for what does not belong there, before it arrives: a peer that does not send
   * what a damaged length announces would be waited for.
   */
  #place(bytes: number): PayloadPlace {
    const partial = this.#partialFor(bytes);
    const { byteOffset } = partial.bytes;
    let at = partial.filled;
    partial.placing = true;
    return {
      push: (bytes) => {
        partial.bytes.set(bytes, at);
        at += bytes.length;
      },
      space: (most) => {
        const { buffer } = partial.bytes;
        const start = byteOffset + at;
        return new Uint8Array(buffer, start, Math.min(most, buffer.byteLength - start));
      },
      filled: ({ buffer }, count) => {
        partial.bytes = new Uint8Array(buffer, byteOffset, partial.header.length);
        at += count;
      },
    };
  }

  /** Discards an incomplete block when the exchange ends. */
  #drop(): void {
    if (this.#partial === undefined) return;
    // The rest of a frame that has begun still goes there.
    if (!this.#partial.placing) this.#buffers.give(this.#partial.bytes);
    this.#exchange.consumed(this.#partial.cost);
    this.#partial = undefined;
  }

  #complete({ header, bytes, wireBytes, cost }: Partial): void {
    this.#partial = undefined;
    const release = () => this.#exchange.consumed(cost);
    const { index, digest } = header;
    this.#emit(new OwnedBlock(this.#buffers, index, bytes, digest, release, wireBytes));
  }
}
