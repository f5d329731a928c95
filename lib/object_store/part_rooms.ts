/**
 * Memory that an upload has taken for parts in which nothing was written yet.
 *
 * @module
 */

import { isFree, type PartBuffer } from "./part_buffer.ts";
import { partAt, type PartPlace } from "./part_layout.ts";
import { partMemory } from "./part_memory.ts";

/** Memory of one upload, by the number of the part that it is for. */
export class PartRooms {
  readonly #memory = new Map<number, Uint8Array<ArrayBuffer>>();
  /** Several writes into one part wait together. */
  readonly #waiting = new Map<number, Promise<void>>();
  #ended = false;

  /** Whether nothing is written any more. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Whether a write into one part finds memory. @param open Parts in which something was written. */
  fits(open: ReadonlyMap<number, PartBuffer>, offset: number, length: number): boolean {
    const place = partAt(offset);
    const end = offset - place.start + length;
    if (this.#ended || isFree(place, end) || this.#memory.has(place.number)) return true;
    return open.get(place.number)?.hasRoom(end) === true;
  }

  /** Waits for memory for a part. */
  async take({ number, size }: PartPlace): Promise<void> {
    const waiting = this.#waiting.get(number);
    if (waiting !== undefined) return await waiting;
    const taken = partMemory.take(size).then((memory) => {
      this.#waiting.delete(number);
      if (this.#ended) partMemory.give(memory);
      else this.#memory.set(number, memory);
    });
    this.#waiting.set(number, taken);
    await taken;
  }

  /** Lets a part use the memory that is for it. */
  give(part: PartBuffer): void {
    const { number, size } = part.place;
    const memory = this.#memory.get(number);
    if (memory === undefined) return;
    this.#memory.delete(number);
    if (part.hasRoom(size)) partMemory.give(memory);
    else part.use(memory);
  }

  /** Gives all memory back that no part uses. */
  clear(): void {
    for (const memory of this.#memory.values()) partMemory.give(memory);
    this.#memory.clear();
  }

  /** Does so for good, and frees these parts: who still waits gets none. */
  end(parts: Iterable<PartBuffer>): void {
    this.#ended = true;
    for (const part of parts) part.free();
    this.clear();
  }
}
