/**
 * A staged file in an object store: an upload in parts, or a single object if it is small.
 *
 * @module
 */

import { BLOCK_BYTES, OBJECT_PART_BYTES } from "../base/limits.ts";
import { FtError } from "../base/errors.ts";
import { Semaphore } from "../base/semaphore.ts";
import { blockDigest, blockLength, sameDigest } from "../blocks/manifest.ts";
import type {
  BlockToCopy,
  HeldBlocks,
  PublishOptions,
  StagedFile,
  StoredFile,
  StoreEntry,
} from "../storage/store.ts";
import type { StorePath } from "../storage/store_path.ts";
import { type KeptBlock, KeptBlocks, runsOf } from "./kept_blocks.ts";
import { ObjectFile } from "./object_file.ts";
import { partAt, partNumbered } from "./part_layout.ts";
import { type PartHolder, partMemory } from "./part_memory.ts";
import type { StagedParts } from "./staged_parts.ts";
import type { StageRecord, StageUpload } from "./stage_record.ts";

/** The complete content of a staged file. */
export type StagedContent =
  | { readonly bytes: Uint8Array<ArrayBuffer> }
  | {
    readonly upload: StageUpload;
    readonly etags: ReadonlyMap<number, string>;
    readonly size: number;
  };

/** The context of a staged file. */
export interface StageContext {
  readonly token: string;
  /** The path, for errors. */
  readonly name: string;
  readonly parts: StagedParts;
  readonly record: StageRecord;
  /** Gives the content its name. */
  publish(path: StorePath, content: StagedContent, options: PublishOptions): Promise<StoreEntry>;
  /** Called when nothing can be done with it any more. */
  onEnd(): void;
}

/** A staged file. */
export class ObjectStage implements StagedFile, PartHolder {
  readonly token: string;
  readonly #context: StageContext;
  readonly #turns = new Semaphore(1);
  readonly #kept = new KeptBlocks();
  #state: "open" | "ended" | "superseded" = "open";
  #closing: Promise<void> | undefined;
  #bytes: number;
  readonly #held: Disposable;

  constructor(context: StageContext) {
    this.#context = context;
    this.token = context.token;
    this.#bytes = context.parts.end;
    this.#held = partMemory.hold(this);
  }

  get bytes(): number {
    return this.#bytes;
  }

  get held(): HeldBlocks {
    const { parts } = this.#context;
    return {
      digestOf: (index) => parts.digestOf(index),
      isWritten: (index) => parts.hasBlock(index, blockLength(this.#bytes, index)),
    };
  }

  #requireOpen(): void {
    const { name } = this.#context;
    if (this.#state === "superseded") {
      throw new FtError("conflict", `another connection continues the upload of ${name}`, { name });
    }
    if (this.#state === "ended") throw new FtError("internal", `Cannot use ${name}: it is closed`);
  }

  /** Waits for the calls before. @throws If the file has ended meanwhile. */
  async #turn(): Promise<Disposable> {
    this.#requireOpen();
    const turn = await this.#turns.acquire();
    if (this.#state !== "open") turn[Symbol.dispose]();
    this.#requireOpen();
    return turn;
  }

  /** Waits for memory, too. Meanwhile others have their turn: what they write completes parts. */
  async #turnWithRoom(offset: number, length: number): Promise<Disposable> {
    const { parts } = this.#context;
    while (true) {
      await parts.room(offset, length);
      const turn = await this.#turn();
      if (parts.hasRoom(offset, length)) return turn;
      turn[Symbol.dispose]();
    }
  }

  /** See {@linkcode PartHolder.yieldIdle}. */
  async yieldIdle(idleMs: number): Promise<void> {
    if (this.#state !== "open") return;
    using _turn = await this.#turns.acquire();
    // Best effort: what cannot be stored stays in memory.
    if (this.#state === "open") await this.#context.parts.saveIdle(idleMs).catch(() => {});
  }

  async readAt(offset: number, into: Uint8Array): Promise<number> {
    await this.#writeKept(offset, into.length);
    using _turn = await this.#turn();
    const length = Math.max(0, Math.min(into.length, this.#bytes - offset));
    await this.#context.parts.read(offset, into.subarray(0, length));
    return length;
  }

  /** See {@linkcode StagedFile.copyBlock}. */
  async copyBlock(base: StoredFile, block: BlockToCopy): Promise<boolean> {
    // The store copies no part of a smaller object.
    if (!(base instanceof ObjectFile) || base.entry.bytes <= OBJECT_PART_BYTES) return false;
    const [start, end] = [block.index * BLOCK_BYTES, block.index * BLOCK_BYTES + block.bytes];
    const part = partAt(start);
    {
      using _turn = await this.#turn();
      const { parts } = this.#context;
      const sent = parts.digestOf(block.index);
      if (sent !== undefined && sameDigest(sent, block.digest)) return true;
      this.#kept.add({ ...block, digest: block.digest.slice(), base });
      this.#bytes = Math.max(this.#bytes, end);
      if (!parts.has(part.number)) {
        if (!this.#kept.covers(part.number, part.size)) return true;
        await parts.copy(part.number, this.#kept.take(part.number));
        return true;
      }
    }
    // The part has other content, too: its blocks are read together at its end.
    if (end === part.start + part.size) await this.#writeKept(part.start, part.size);
    return true;
  }

  /** Writes kept blocks of parts that have other content, too. @param length @default to the end */
  async #writeKept(offset: number, length = Infinity): Promise<void> {
    for (const number of this.#kept.numbers) {
      const { start, size } = partNumbered(number);
      if (start + size <= offset || offset + length <= start) continue;
      for (const run of runsOf(this.#kept.take(number))) await this.#writeRun(run);
    }
  }

  async #writeRun(run: readonly KeptBlock[]): Promise<void> {
    const [first, last] = [run[0]!, run.at(-1)!];
    const end = last.index * BLOCK_BYTES + last.bytes;
    const left = run.values();
    for await (const read of first.base.blocks(first.index * BLOCK_BYTES, end)) {
      await this.#writeBlock(left.next().value!, read);
    }
  }

  async #writeBlock({ index, digest }: KeptBlock, read: Uint8Array): Promise<void> {
    if (sameDigest(blockDigest(read), digest)) {
      return await this.writeAt(index * BLOCK_BYTES, read, digest);
    }
    const { name } = this.#context;
    const message = `stored content is not as its digests say: block ${index} of ${name}`;
    throw new FtError("conflict", message, { name, retryable: true });
  }

  /** Copies the last part, if it is kept, and writes what else is kept. */
  async #settleKept(): Promise<void> {
    const last = partAt(Math.max(0, this.#bytes - 1));
    const { parts } = this.#context;
    const size = this.#bytes - last.start;
    if (last.number > 1 && !parts.has(last.number) && this.#kept.covers(last.number, size)) {
      using _turn = await this.#turn();
      await parts.copy(last.number, this.#kept.take(last.number));
    }
    await this.#writeKept(0);
  }

  async writeAt(offset: number, bytes: Uint8Array, digest?: Uint8Array): Promise<void> {
    await this.#writeKept(offset, bytes.length);
    for (let done = 0; done < bytes.length;) {
      const left = BLOCK_BYTES - (offset + done) % BLOCK_BYTES;
      const piece = bytes.subarray(done, done + left);
      using _turn = await this.#turnWithRoom(offset + done, piece.length);
      const whole = piece.length === bytes.length ? digest : undefined;
      await this.#context.parts.write(offset + done, piece, whole);
      done += piece.length;
      this.#bytes = Math.max(this.#bytes, offset + done);
    }
  }

  truncate(bytes: number): void {
    this.#requireOpen();
    if (bytes < this.#bytes) {
      this.#context.parts.cut(bytes);
      this.#kept.cut(bytes);
    }
    this.#bytes = bytes;
  }

  /** See {@linkcode StagedFile.sha256}. */
  async sha256(): Promise<string> {
    using _turn = await this.#turn();
    return await this.#context.parts.sha256(this.#bytes);
  }

  /** The parts that were sent are durable; the others are stored when the file is published or closed. */
  async sync(): Promise<void> {
    this.#requireOpen();
    // Not in turn: other blocks are taken while parts are sent.
    await this.#context.parts.settle();
  }

  async publish(path: StorePath, options: PublishOptions): Promise<StoreEntry> {
    await this.#settleKept();
    using _turn = await this.#turn();
    const { record } = this.#context;
    const entry = await this.#context.publish(path, await this.#content(), options);
    this.#state = "ended";
    this.#context.parts.release();
    // It has its name: the records are only rubbish now, and are removed when they are stale.
    await record.clear().catch(() => {});
    this.#ended();
    return entry;
  }

  async #content(): Promise<StagedContent> {
    const { parts } = this.#context;
    const bytes = await parts.only(this.#bytes);
    if (bytes !== null) return { bytes };
    return { ...await parts.finish(this.#bytes), size: this.#bytes };
  }

  async discard(): Promise<void> {
    using _turn = await this.#turn();
    this.#state = "ended";
    this.#context.parts.release();
    try {
      await this.#context.parts.abort();
      await this.#context.record.clear();
    } finally {
      this.#ended();
    }
  }

  /** Ends this use of the file, as another connection continues it. */
  async supersede(): Promise<void> {
    await this.#close("superseded");
  }

  /** Ends once; the next use of the token begins when everything is stored. */
  #close(state: "ended" | "superseded"): Promise<void> {
    return this.#closing ??= this.#store(state);
  }

  async #store(state: "ended" | "superseded"): Promise<void> {
    using _turn = await this.#turns.acquire();
    if (this.#state !== "open") return;
    this.#state = state;
    try {
      await this.#context.parts.save();
    } finally {
      this.#ended();
    }
  }

  #ended(): void {
    this.#held[Symbol.dispose]();
    this.#context.onEnd();
  }

  /** Stores what is not complete, so that any server can resume it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close("ended");
  }
}
