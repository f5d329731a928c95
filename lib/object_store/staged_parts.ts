/**
 * The parts of a staged upload: written in memory, sent when they are complete.
 *
 * @module
 */

import { BLOCK_BYTES, MAX_OPEN_PARTS, PARTS_SENDING_PER_UPLOAD } from "../base/limits.ts";
import { sameDigest } from "../blocks/manifest.ts";
import { BegunUpload, type PartsContext } from "./begun_upload.ts";
import type { KeptBlock } from "./kept_blocks.ts";
import { PartBuffer } from "./part_buffer.ts";
import { partAt, partNumbered, type PartPlace } from "./part_layout.ts";
import { PartRooms } from "./part_rooms.ts";
import { addDigests, PartSums } from "./part_sums.ts";
import { unreadable } from "./store_error.ts";
import type { SentPart } from "./sent_part.ts";
import { endOf, type StageUpload, type StoredStage } from "./stage_record.ts";

/** The parts of one upload. One call at a time. */
export class StagedParts {
  readonly #context: PartsContext;
  readonly #open: Map<number, PartBuffer>;
  readonly #sent: Map<number, SentPart>;
  readonly #sending = new Map<number, Promise<void>>();
  /** Incomplete parts that are stored and not in memory. */
  readonly #saved = new Set<number>();
  /** Incomplete parts in memory that differ from what is stored. */
  readonly #unsaved = new Set<number>();
  /** Parts that were sent and must be written anew, because one of their blocks was. */
  readonly #lost = new Set<number>();
  readonly #rooms = new PartRooms();
  readonly #sums: PartSums;
  readonly #upload: BegunUpload;
  #fault: unknown;

  constructor(context: PartsContext, stored: StoredStage) {
    this.#context = context;
    this.#open = stored.pieces;
    this.#sent = stored.sent;
    this.#sums = new PartSums(context.summed, stored.sent);
    this.#upload = new BegunUpload(context, stored.upload);
  }

  /** One past the last byte that was written. */
  get end(): number {
    return endOf({ pieces: this.#open, sent: this.#sent });
  }

  /** Whether parts were sent, or are being sent. */
  get begun(): boolean {
    return this.#upload.facts !== null;
  }

  /** The digest of a block that was sent. */
  digestOf(index: number): Uint8Array | undefined {
    return this.#sent.get(partAt(index * BLOCK_BYTES).number)?.digests.get(index);
  }

  /** Whether a block was written whole. */
  hasBlock(index: number, size: number): boolean {
    const { number, start } = partAt(index * BLOCK_BYTES);
    const sent = this.#sent.get(number);
    if (sent !== undefined) return index * BLOCK_BYTES - start + size <= sent.bytes;
    return this.#open.get(number)?.hasBlock(index, size) === true;
  }

  /** Whether a write into one part finds memory. */
  hasRoom(offset: number, length: number): boolean {
    return this.#fault !== undefined || this.#rooms.fits(this.#open, offset, length);
  }

  /** Waits until such a write finds memory. Other calls may be made meanwhile. */
  async room(offset: number, length: number): Promise<void> {
    while (!this.hasRoom(offset, length)) await this.#rooms.take(partAt(offset));
  }

  /** Writes into one part. @param digest Of the block up to the end of these bytes. */
  async write(offset: number, bytes: Uint8Array, digest: Uint8Array | undefined): Promise<void> {
    if (this.#fault !== undefined) throw this.#fault;
    const place = partAt(offset);
    const index = Math.floor(offset / BLOCK_BYTES);
    await this.#sending.get(place.number);
    const there = this.#sent.get(place.number)?.digests.get(index);
    if (digest !== undefined && there !== undefined && sameDigest(there, digest)) {
      return this.#rooms.clear();
    }
    if (this.#sent.has(place.number)) await this.#reopen(place);
    const part = await this.#part(place);
    part.write(offset - place.start, bytes);
    this.#unsaved.add(place.number);
    if (digest !== undefined) part.digests.set(index, digest);
    if (part.covers(place.size)) await this.#send(part, place.size);
  }

  async #reopen({ number }: PartPlace): Promise<void> {
    this.#sent.delete(number);
    this.#lost.add(number);
    this.#sums.forget(number);
    await this.#context.record.dropPart(number);
  }

  async #part(place: PartPlace): Promise<PartBuffer> {
    const { number } = place;
    const open = this.#open.get(number);
    const part = open ?? new PartBuffer(place);
    this.#rooms.give(part);
    if (open !== undefined) return open;
    this.#open.set(number, part);
    if (this.#saved.delete(number)) {
      const stored = (await this.#context.record.load()).pieces.get(number);
      if (stored !== undefined) part.restore(stored.content(stored.end), stored.written);
    }
    const [oldest] = this.#open.keys();
    if (this.#open.size > MAX_OPEN_PARTS && oldest !== number) await this.#save(oldest!);
    return part;
  }

  /** Stores an incomplete part, and frees its memory. */
  async #save(number: number): Promise<void> {
    const part = this.#open.get(number)!;
    if (this.#unsaved.delete(number)) await this.#context.record.putPiece(number, part);
    this.#open.delete(number);
    part.free();
    this.#saved.add(number);
  }

  /** Begins to send a part. */
  async #send(part: PartBuffer, size: number): Promise<void> {
    const { number } = part.place;
    this.#open.delete(number);
    this.#unsaved.delete(number);
    addDigests(part, size);
    const sum = this.#sums.add(number, part.content(size));
    await this.#start(number, this.#put(part, size, sum), () => {
      if (this.#rooms.ended) part.free();
      else {
        this.#open.set(number, part);
        this.#unsaved.add(number);
      }
    });
  }

  /** Few other parts of this upload are being sent or copied meanwhile. */
  async #start(number: number, work: Promise<void>, onFault: () => void): Promise<void> {
    const sending = work.catch((error) => {
      this.#fault ??= error;
      onFault();
    }).finally(() => this.#sending.delete(number));
    this.#sending.set(number, sending);
    while (this.#sending.size > PARTS_SENDING_PER_UPLOAD) {
      await Promise.race(this.#sending.values());
    }
    if (this.#fault !== undefined) throw this.#fault;
  }

  async #put(part: PartBuffer, size: number, sum: string | undefined): Promise<void> {
    const { number } = part.place;
    const etag = await this.#upload.put(number, part.content(size));
    part.free();
    this.#note(number, { etag, bytes: size, digests: part.digests, sum });
  }

  /** The store has a part. */
  #note(number: number, sent: SentPart): void {
    this.#context.record.addPart(number, sent);
    this.#sent.set(number, sent);
    this.#lost.delete(number);
  }

  /** Whether something was written into a part. */
  has(number: number): boolean {
    return [this.#sent, this.#sending, this.#open, this.#saved].some((all) => all.has(number));
  }

  /** Begins to copy a part from the object that has these blocks, which are the whole part. */
  async copy(number: number, blocks: readonly KeptBlock[]): Promise<void> {
    if (this.#fault !== undefined) throw this.#fault;
    // If that fails, it must not be taken for a gap.
    this.#lost.add(number);
    const copied = this.#upload.copy(number, blocks);
    await this.#start(number, copied.then((sent) => this.#note(number, sent)), () => {});
  }

  /** Fills `into` with what can be read. @throws `conflict` for a part that was sent. */
  async read(offset: number, into: Uint8Array): Promise<void> {
    for (let done = 0; done < into.length;) {
      const place = partAt(offset + done);
      const length = Math.min(into.length - done, place.start + place.size - offset - done);
      const view = into.subarray(done, done + length);
      if (this.#sent.has(place.number) || this.#sending.has(place.number)) {
        throw unreadable(this.#context.name);
      }
      const known = this.#open.has(place.number) || this.#saved.has(place.number);
      if (known) (await this.#part(place)).read(offset + done - place.start, view);
      else view.fill(0);
      done += length;
    }
  }

  /** See {@linkcode PartSums.finish}. @throws `conflict` (retryable) if the sum is not known. */
  async sha256(bytes: number): Promise<string> {
    return await this.#sums.finish(bytes, (at, into) => this.read(at, into));
  }

  /** Discards all from an offset on. */
  cut(bytes: number): void {
    for (const [number, part] of this.#open) {
      if (part.place.start >= bytes) {
        this.#open.delete(number);
        part.free();
      } else if (part.place.start + part.end > bytes) part.cut(bytes - part.place.start);
    }
    for (const number of [...this.#sent.keys()]) {
      const { start, size } = partNumbered(number);
      if (start + size <= bytes) continue;
      this.#sent.delete(number);
      this.#sums.forget(number);
      if (start < bytes) this.#lost.add(number);
    }
  }

  /** Waits for parts that are being sent. @throws Why one could not be sent. */
  async settle(): Promise<void> {
    await Promise.all(this.#sending.values());
    const fault = this.#fault;
    this.#fault = undefined;
    if (fault !== undefined) throw fault;
  }

  /** Stores all incomplete parts, as far as that is possible: a client sends the others again. */
  async save(): Promise<void> {
    await Promise.all(this.#sending.values());
    const numbers = [...this.#open.keys()];
    const { record } = this.#context;
    await Promise.allSettled([record.end(), ...numbers.map((number) => this.#save(number))]);
    this.release();
    await this.#upload.withdraw(record, numbers);
  }

  /** Stores parts in which nothing was written for a while. @param idleMs In milliseconds. */
  async saveIdle(idleMs: number): Promise<void> {
    const before = performance.now() - idleMs;
    for (const [number, part] of [...this.#open]) {
      if (part.writtenMs <= before) await this.#save(number);
    }
    this.#rooms.clear();
  }

  /** Gives all memory back: nothing is written any more. */
  release(): void {
    this.#rooms.end(this.#open.values());
    this.#open.clear();
  }

  /** The whole content, if it has no more than one part and none was sent. */
  async only(bytes: number): Promise<Uint8Array<ArrayBuffer> | null> {
    const place = partAt(0);
    if (this.begun || bytes > place.size) return null;
    return (await this.#part(place)).content(bytes);
  }

  /**
   * Sends what is left; parts that nobody wrote are zeros.
   *
   * @returns The upload, and the entity tag of each part.
   * @throws `conflict` (retryable) if something has to be written again.
   */
  async finish(bytes: number): Promise<{ upload: StageUpload; etags: Map<number, string> }> {
    const last = partAt(bytes - 1).number;
    for (let number = 1; number <= last; number++) {
      await this.#sending.get(number);
      // Why a part is missing says more than that it is.
      if (this.#fault !== undefined) await this.settle();
      const place = partNumbered(number);
      const size = Math.min(place.size, bytes - place.start);
      const sent = this.#sent.get(number);
      if (sent?.bytes === size) continue;
      if (sent !== undefined) await this.#reopen(place);
      const part = await this.#part(place);
      if (this.#lost.has(number) && !part.covers(size)) throw unreadable(this.#context.name);
      await this.#send(part, size);
    }
    await this.settle();
    const etags = [...this.#sent].flatMap(([number, { etag }]) =>
      number <= last ? [[number, etag] as const] : []
    );
    return { upload: (await this.#upload.facts)!, etags: new Map(etags) };
  }

  /** Discards the parts. */
  async abort(): Promise<void> {
    await Promise.all(this.#sending.values());
    await this.#upload.abort();
  }
}
