/**
 * A staged file in an object store: an upload in parts, or a single object if it is small.
 *
 * @module
 */

import { BLOCK_BYTES } from "../base/limits.ts";
import { FtError } from "../base/errors.ts";
import { Semaphore } from "../base/semaphore.ts";
import { blockLength } from "../blocks/manifest.ts";
import type { HeldBlocks, PublishOptions, StagedFile, StoreEntry } from "../storage/store.ts";
import type { StorePath } from "../storage/store_path.ts";
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
export class ObjectStage implements StagedFile {
  readonly token: string;
  readonly #context: StageContext;
  readonly #turns = new Semaphore(1);
  #state: "open" | "ended" | "superseded" = "open";
  #closing: Promise<void> | undefined;
  #bytes: number;

  constructor(context: StageContext) {
    this.#context = context;
    this.token = context.token;
    this.#bytes = context.parts.end;
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

  async readAt(offset: number, into: Uint8Array): Promise<number> {
    using _turn = await this.#turn();
    const length = Math.max(0, Math.min(into.length, this.#bytes - offset));
    await this.#context.parts.read(offset, into.subarray(0, length));
    return length;
  }

  async writeAt(offset: number, bytes: Uint8Array, digest?: Uint8Array): Promise<void> {
    using _turn = await this.#turn();
    const { parts } = this.#context;
    for (let done = 0; done < bytes.length;) {
      const left = BLOCK_BYTES - (offset + done) % BLOCK_BYTES;
      const piece = bytes.subarray(done, done + left);
      await parts.write(offset + done, piece, piece.length === bytes.length ? digest : undefined);
      done += piece.length;
    }
    this.#bytes = Math.max(this.#bytes, offset + bytes.length);
  }

  truncate(bytes: number): void {
    this.#requireOpen();
    if (bytes < this.#bytes) this.#context.parts.cut(bytes);
    this.#bytes = bytes;
  }

  /** See {@linkcode StagedFile.sha256}. */
  async sha256(): Promise<string> {
    using _turn = await this.#turn();
    return await this.#context.parts.sha256(this.#bytes);
  }

  /** The parts that were sent are durable; the others are stored when the file is published or closed. */
  async sync(): Promise<void> {
    using _turn = await this.#turn();
    await this.#context.parts.settle();
  }

  async publish(path: StorePath, options: PublishOptions): Promise<StoreEntry> {
    using _turn = await this.#turn();
    const { record } = this.#context;
    const entry = await this.#context.publish(path, await this.#content(), options);
    this.#state = "ended";
    // It has its name: the records are only rubbish now, and are removed when they are stale.
    await record.clear().catch(() => {});
    this.#context.onEnd();
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
    try {
      await this.#context.parts.abort();
      await this.#context.record.clear();
    } finally {
      this.#context.onEnd();
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
      this.#context.onEnd();
    }
  }

  /** Stores what is not complete, so that any server can resume it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close("ended");
  }
}
