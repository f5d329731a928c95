/**
 * The upload in parts that a staged file becomes, begun with the first part.
 *
 * @module
 */

import type { Semaphore } from "../base/semaphore.ts";
import type { Bucket } from "./bucket.ts";
import type { KeptBlock } from "./kept_blocks.ts";
import { Multipart } from "./multipart.ts";
import { partNumbered } from "./part_layout.ts";
import type { SentPart } from "./sent_part.ts";
import type { StageRecord, StageUpload } from "./stage_record.ts";

/** The context of an upload. */
export interface UploadContext {
  readonly bucket: Bucket;
  /** Parts that all uploads send at once. */
  readonly slots: Semaphore;
  /** Begins the upload, when the first part is sent. */
  begin(): Promise<StageUpload>;
  /** The file, for errors. */
  readonly name: string;
}

/** The context of the parts of an upload. */
export interface PartsContext extends UploadContext {
  readonly record: StageRecord;
  /** Whether the SHA-256 of the whole content is needed. */
  readonly summed: boolean;
}

/** Sends parts. */
export class BegunUpload {
  readonly #context: UploadContext;
  #upload: Promise<StageUpload> | null;

  /** @param upload One that an earlier connection has begun. */
  constructor(context: UploadContext, upload: StageUpload | null) {
    this.#context = context;
    this.#upload = upload === null ? null : Promise.resolve(upload);
  }

  /** The upload; `null` before its first part. */
  get facts(): Promise<StageUpload> | null {
    return this.#upload;
  }

  async #begun(): Promise<Multipart> {
    this.#upload ??= this.#context.begin().catch((error) => {
      this.#upload = null;
      throw error;
    });
    return this.#multipart(await this.#upload);
  }

  #multipart({ key, id }: StageUpload): Multipart {
    return new Multipart(this.#context.bucket.client, key, id, this.#context.name);
  }

  /** Sends a part. @returns Its entity tag. */
  async put(number: number, content: Uint8Array<ArrayBuffer>): Promise<string> {
    const upload = await this.#begun();
    using _slot = await this.#context.slots.acquire();
    return await upload.putPart(number, content);
  }

  /**
   * Copies a part from the object that has these blocks, which are the whole part.
   *
   * @throws `conflict` (retryable) if the object has been replaced.
   */
  async copy(number: number, blocks: readonly KeptBlock[]): Promise<SentPart> {
    const { start } = partNumbered(number);
    const { base } = blocks[0]!;
    const bytes = blocks.reduce((sum, block) => sum + block.bytes, 0);
    const upload = await this.#begun();
    using _slot = await this.#context.slots.acquire();
    const etag = await upload.copyPart(number, base.copySource, { start, end: start + bytes });
    await base.requireCurrent();
    const digests = new Map(blocks.map(({ index, digest }) => [index, digest] as const));
    return { etag, bytes, digests };
  }

  /**
   * Removes what was stored too late, as another server has continued the upload meanwhile.
   *
   * @param saved Parts that were stored incomplete.
   */
  async withdraw(record: StageRecord, saved: readonly number[]): Promise<void> {
    const own = await this.facts;
    const now = own === null ? null : await record.upload();
    if (own === null || now?.id === own.id) return;
    await this.abort();
    if (now === null) await record.clear();
    else {
      await record.withdraw();
      await Promise.all(saved.map((number) => record.dropPiece(number)));
    }
  }

  /** Discards the parts. */
  async abort(): Promise<void> {
    if (this.#upload !== null) await this.#multipart(await this.#upload).abort();
  }
}
