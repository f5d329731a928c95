/**
 * An upload that is logged.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import { BLOCK_BYTES } from "../base/limits.ts";
import type {
  Block,
  CallOptions,
  FileInfo,
  HeldBlock,
  NewBlock,
  StagedContent,
  Upload,
} from "./files.ts";
import type { TransferTrack } from "./transfer_track.ts";

/** {@linkcode Upload} that reports arriving content and its end to a {@linkcode TransferTrack}. */
export class LoggedUpload implements Upload {
  readonly #upload: Upload;
  readonly #track: TransferTrack;
  readonly #bytes: number | undefined;
  readonly #stopped: () => unknown;

  /**
   * @param bytes Size of the file, if known.
   * @param stopped Why an upload ended without a commit.
   */
  constructor(
    upload: Upload,
    track: TransferTrack,
    bytes: number | undefined,
    stopped: () => unknown,
  ) {
    this.#upload = upload;
    this.#track = track;
    this.#bytes = bytes;
    this.#stopped = stopped;
  }

  get token(): string {
    return this.#upload.token;
  }

  get staged(): StagedContent | undefined {
    return this.#upload.staged;
  }

  have(options?: CallOptions): AsyncIterable<HeldBlock> {
    return this.#upload.have(options);
  }

  async keep(block: HeldBlock, options?: CallOptions): Promise<void> {
    await this.#upload.keep(block, options);
    const left = (this.#bytes ?? Infinity) - block.index * BLOCK_BYTES;
    this.#track.kept(Math.min(BLOCK_BYTES, left));
  }

  async write(block: Block, options?: CallOptions): Promise<number> {
    const { length } = block.bytes;
    const sent = await this.#upload.write(block, options);
    this.#track.moved(length);
    return sent;
  }

  async add(block: NewBlock, options?: CallOptions): Promise<Uint8Array<ArrayBuffer>> {
    const digest = await this.#upload.add(block, options);
    this.#track.moved(block.bytes.length - (block.staged ?? 0));
    return digest;
  }

  async commit(
    total: { bytes: number; root: string },
    options?: CallOptions,
  ): Promise<FileInfo> {
    try {
      const info = await this.#upload.commit(total, options);
      this.#track.done(total);
      return info;
    } catch (error) {
      this.#track.failed(error);
      throw error;
    }
  }

  async abandon(): Promise<void> {
    this.#track.failed(new FtError("interrupted", "abandoned by the client"));
    await this.#upload.abandon();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#track.failed(this.#stopped());
    await this.#upload[Symbol.asyncDispose]();
  }
}
