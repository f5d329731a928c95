/**
 * A download into a stream: blocks in order, each verified before it is passed on.
 *
 * @module
 */

import { FtError } from "../../../base/errors.ts";
import { BLOCKS_IN_FLIGHT, MAX_BLOCK_REPAIRS } from "../../../base/limits.ts";
import { isIntact } from "../../../blocks/block.ts";
import { blockCount, DigestList, rootOf } from "../../../blocks/manifest.ts";
import type { Block, FileInfo, Files } from "../../../service/files.ts";
import type { TransferResult } from "../../remote/transfer_events.ts";
import type { Link } from "../../remote/link.ts";
import { contentOptions, Progress, type TransferContext } from "../transfer_context.ts";

/**
 * Downloads one file into a stream. After a lost connection it goes on behind the last block that
 * was passed on, if the file is still the same.
 *
 * @throws `conflict` when the file changed after content was passed on, `integrity`.
 */
export async function getToSink(
  link: Link,
  name: string,
  sink: WritableStream<Uint8Array>,
  parts: TransferContext,
): Promise<TransferResult> {
  const writer = sink.getWriter();
  const pipe = new SinkDownload(name, writer, parts);
  try {
    await link.use(({ files }) => pipe.run(files, () => link.progressed()));
    await writer.close();
    return pipe.result();
  } catch (error) {
    await writer.abort(error).catch(() => {});
    throw error;
  }
}

class SinkDownload {
  readonly #name: string;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #parts: TransferContext;
  readonly #digests = new DigestList();
  #info: FileInfo | undefined;
  #progress: Progress | undefined;
  #next = 0;
  #repairs = 0;

  constructor(
    name: string,
    writer: WritableStreamDefaultWriter<Uint8Array>,
    parts: TransferContext,
  ) {
    this.#name = name;
    this.#writer = writer;
    this.#parts = parts;
  }

  async run(files: Files, progressed: () => void): Promise<void> {
    while (this.#info === undefined || this.#next < blockCount(this.#info.bytes)) {
      await this.#round(files, progressed);
      if (this.#info!.bytes === 0) return;
    }
  }

  /** Passes blocks on until the end, or the first that is damaged. */
  async #round(files: Files, progressed: () => void): Promise<void> {
    const rest = this.#info && [{ start: this.#next, end: blockCount(this.#info.bytes) }];
    await using reading = await files.read(this.#name, rest, {
      ...(this.#info && { revision: this.#info.revision }),
      ...contentOptions(this.#parts),
    });
    this.#info ??= reading.info;
    this.#progress ??= new Progress(this.#parts.onEvent, "get", this.#name, reading.info.bytes);
    for await (const { block, intact } of this.#verified(reading.blocks)) {
      using _block = block;
      if (!intact) return this.#damaged(block.index);
      await this.#writer.write(block.bytes.slice());
      this.#digests.set(block.index, block.digest);
      this.#next = block.index + 1;
      this.#progress.add(block.bytes.length, block.wireBytes ?? block.bytes.length);
      progressed();
    }
  }

  /** Blocks in order with their verdicts, several hashed at once. */
  async *#verified(
    blocks: AsyncIterable<Block>,
  ): AsyncGenerator<{ block: Block; intact: boolean }> {
    const running: Promise<{ block: Block; intact: boolean }>[] = [];
    try {
      for await (const block of blocks) {
        running.push(isIntact(this.#parts.hasher, block).then((intact) => ({ block, intact })));
        if (running.length >= BLOCKS_IN_FLIGHT / 2) yield await running.shift()!;
      }
      while (running.length > 0) yield await running.shift()!;
    } finally {
      for (const { block } of await Promise.all(running)) block[Symbol.dispose]();
    }
  }

  #damaged(index: number): void {
    if (this.#repairs++ === MAX_BLOCK_REPAIRS) {
      const message = `block ${index} of ${this.#name} is damaged at its source`;
      throw new FtError("integrity", message, { name: this.#name });
    }
    const text = `block ${index} of ${this.#name} arrived damaged: fetching again`;
    this.#parts.onEvent({ kind: "notice", text });
  }

  result(): TransferResult {
    const { bytes } = this.#info!;
    const { moved, seconds } = this.#progress!;
    const root = rootOf(this.#digests.concat(blockCount(bytes)), bytes);
    const facts = { bytes, moved, root, seconds };
    return { op: "get", name: this.#name, path: "-", ...facts, verified: "blocks" };
  }
}
