/**
 * Payloads that are read straight to the place where they are used. Copying them there from the
 * buffer of a reader costs a seventh of what hashing them does.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import type { ByteReader } from "./byte_reader.ts";

/**
 * Bytes read behind a payload: the headers of the next frame come along, so that its payload can be
 * read at once. As many as the headers of a data frame and one line of the processor's cache, so that
 * the next read begins at a multiple of it.
 */
export const BYTES_BEHIND = 80;

/** The place for the rest of a payload, in order. */
export interface PayloadPlace {
  /** Copies the next bytes, which have arrived already. */
  push(bytes: Uint8Array): void;
  /**
   * Returns memory for the next bytes: at least one, at most `most`. Bytes behind
   * the payload are overwritten. The buffer is transferred; {@linkcode PayloadPlace.filled} brings it back.
   */
  space(most: number): Uint8Array<ArrayBuffer>;
  /** Takes the memory back, of which `count` bytes were filled; it must not be changed any more. */
  filled(memory: Uint8Array<ArrayBuffer>, count: number): void;
}

/** Bytes that are discarded at once. */
const DISCARDED_BYTES = 64 * 1024;

/** A place for bytes that nobody wants any more. */
export class Discarded implements PayloadPlace {
  #memory = new Uint8Array(DISCARDED_BYTES);

  push(): void {}

  space(most: number): Uint8Array<ArrayBuffer> {
    return this.#memory.subarray(0, most);
  }

  filled({ buffer }: Uint8Array<ArrayBuffer>): void {
    this.#memory = new Uint8Array(buffer);
  }
}

/**
 * Returns the place for a payload whose header has arrived; `undefined` if it is to be buffered.
 *
 * @param start The payload's first bytes, {@linkcode PLACE_HEAD_BYTES} of them.
 * @param length Bytes of the whole payload.
 */
export type FindPlace = (
  type: string,
  start: Uint8Array,
  length: number,
) => PayloadPlace | undefined;

/** The bytes at the beginning of a payload that tell its place, and do not go there. */
export const PLACE_HEAD_BYTES = 4;

/**
 * Reads the next bytes of a stream to a place.
 *
 * @param bytes How many.
 * @param onPart Called when some arrived, but not all.
 * @throws `network` if the stream ends first.
 */
export async function readToPlace(
  reader: ByteReader,
  place: PayloadPlace,
  bytes: number,
  onPart: () => void,
): Promise<void> {
  for (let left = bytes; left > 0;) {
    const before = left;
    if (reader.buffered > 0) {
      const piece = reader.takeBuffered(Math.min(left, reader.buffered))!;
      place.push(piece);
      left -= piece.length;
    } else if (reader.readsInPlace) {
      const memory = await reader.readInto(place.space(left + BYTES_BEHIND));
      if (memory === null) throw endedInside();
      const count = Math.min(left, memory.length);
      reader.unread(memory.subarray(count));
      place.filled(memory, count);
      left -= count;
    } else if (!await reader.fill()) throw endedInside();
    if (left > 0 && left < before) onPart();
  }
}

function endedInside(): FtError {
  return new FtError("network", "the connection ended inside a frame");
}
