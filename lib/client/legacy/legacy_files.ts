/**
 * {@linkcode Files} over a server of an older dialect: what it can, and for the rest a sentence
 * that says what the dialect lacks.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { FtError } from "../../base/errors.ts";
import { BLOCK_BYTES, SMALL_FILE_BYTES } from "../../base/limits.ts";
import { asFtError } from "../../base/os_errors.ts";
import { BlockBuffers } from "../../blocks/buffers.ts";
import { OwnedBlock } from "../../blocks/block.ts";
import { blockDigest } from "../../blocks/manifest.ts";
import { smallFile } from "../../blocks/small_file_digest.ts";
import type {
  BatchResult,
  Block,
  BlockRange,
  CallOptions,
  FileInfo,
  Files,
  Lease,
  Manifest,
  Precondition,
  Reading,
  SmallFile,
  Upload,
} from "../../service/files.ts";
import { storePath } from "../../storage/store_path.ts";
import { ByteQueue } from "../../wire/byte_queue.ts";
import { lacks, type LegacyContent, type LegacyServer } from "./legacy_server.ts";

/** {@linkcode Files} as far as a dialect goes. */
export class LegacyFiles implements Files {
  readonly #server: LegacyServer;
  readonly #buffers = new BlockBuffers();

  constructor(server: LegacyServer) {
    this.#server = server;
  }

  #lacks(what: string): FtError {
    return lacks(this.#server.dialect, what);
  }

  stat(): Promise<FileInfo> {
    return Promise.reject(this.#lacks("facts about files"));
  }

  /** Names alone: sizes and times are not told, and are 0. */
  async *list(
    dir: string,
    options: CallOptions & { readonly recursive?: boolean } = {},
  ): AsyncGenerator<FileInfo> {
    if (this.#server.list === undefined) throw this.#lacks("listing");
    if (options.recursive) throw this.#lacks("listing of folders with all below");
    const at = storePath(dir);
    for (const name of await this.#server.list(dir, options)) {
      yield factsOf(at === "." ? name : `${at}/${name}`, 0);
    }
  }

  manifest(): Promise<Manifest> {
    return Promise.reject(this.#lacks("digests of blocks"));
  }

  /** Reads a whole file; the digests of its blocks are made here. */
  async read(
    path: string,
    ranges?: readonly BlockRange[],
    options: CallOptions = {},
  ): Promise<Reading> {
    if (ranges !== undefined) throw this.#lacks("offsets to read from");
    const content = await this.#server.fetch(path, options);
    const { bytes } = content;
    if (bytes === undefined) {
      await content[Symbol.asyncDispose]();
      throw this.#lacks("sizes of files");
    }
    return {
      info: factsOf(path, bytes),
      blocks: this.#blocks(path, content),
      [Symbol.asyncDispose]: () => content[Symbol.asyncDispose](),
    };
  }

  async *#blocks(path: string, { bytes, digest, pieces }: LegacyContent): AsyncGenerator<Block> {
    const hash = digest && createHash(digest.algorithm);
    const queue = new ByteQueue();
    let index = 0;
    let left = bytes!;
    for await (const piece of pieces) {
      hash?.update(piece);
      queue.push(piece);
      left -= piece.length;
      // The last block waits for the verdict on the whole.
      while (queue.length > BLOCK_BYTES) yield this.#block(index++, queue);
    }
    if (left !== 0 || hash !== undefined && hash.digest("hex") !== digest!.hex) {
      const message = `what arrived of ${path} is not what the server promised`;
      throw new FtError("integrity", message, { name: path });
    }
    if (queue.length > 0) yield this.#block(index, queue);
  }

  #block(index: number, queue: ByteQueue): Block {
    const content = queue.take(BLOCK_BYTES);
    const view = this.#buffers.take(content.length);
    view.set(content);
    return new OwnedBlock(this.#buffers, index, view, blockDigest(view));
  }

  stage(): Promise<Upload> {
    return Promise.reject(this.#lacks("uploads that can be resumed"));
  }

  async *readMany(
    paths: readonly string[],
    options: CallOptions = {},
  ): AsyncGenerator<BatchResult<SmallFile>> {
    for (const path of paths) {
      try {
        yield { path, value: await this.#small(path, options) };
      } catch (error) {
        yield { path, error: asFtError(error, undefined, path) };
      }
    }
  }

  async #small(path: string, options: CallOptions): Promise<SmallFile> {
    await using reading = await this.read(path, undefined, options);
    const { bytes: size, mtimeMs, executable } = reading.info;
    if (size > SMALL_FILE_BYTES) {
      throw new FtError("conflict", `too large for a batch: ${path}`, {
        name: path,
        retryable: true,
      });
    }
    const bytes = new Uint8Array(size);
    for await (using block of reading.blocks) bytes.set(block.bytes);
    return smallFile({ path, bytes, mtimeMs, executable });
  }

  async writeMany(
    files: readonly SmallFile[],
    options: CallOptions & { readonly precondition?: Precondition } = {},
  ): Promise<BatchResult<FileInfo>[]> {
    if (this.#server.store === undefined) throw this.#lacks("uploads");
    if ((options.precondition?.kind ?? "absent") !== "absent") {
      throw this.#lacks("way to overwrite a file");
    }
    const results: BatchResult<FileInfo>[] = [];
    for (const { path, bytes } of files) {
      try {
        await this.#server.store(path, ReadableStream.from([bytes]), options);
        results.push({ path, value: factsOf(path, bytes.length) });
      } catch (error) {
        results.push({ path, error: asFtError(error, undefined, path) });
      }
    }
    return results;
  }

  sum(): Promise<string> {
    return Promise.reject(this.#lacks("sums"));
  }

  move(): Promise<void> {
    return Promise.reject(this.#lacks("renaming"));
  }

  remove(): Promise<void> {
    return Promise.reject(this.#lacks("removing"));
  }

  mkdir(): Promise<void> {
    return Promise.reject(this.#lacks("making of folders"));
  }

  lease(): Promise<Lease> {
    return Promise.reject(this.#lacks("locks"));
  }

  release(): Promise<void> {
    return Promise.reject(this.#lacks("locks"));
  }
}

function factsOf(path: string, bytes: number): FileInfo {
  return { path, type: "file", bytes, mtimeMs: 0, executable: false, revision: "" };
}
