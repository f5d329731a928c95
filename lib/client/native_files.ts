/**
 * The file service over a native connection.
 *
 * @module
 */

import * as v from "valibot";
import { AsyncQueue } from "../base/async_queue.ts";
import { protocolError } from "../base/errors.ts";
import { MAX_BATCH_FILES, MAX_CONTROL_BYTES } from "../base/limits.ts";
import { grouped } from "../base/grouped.ts";
import { BlockBuffers } from "../blocks/buffers.ts";
import type { OwnedBlock } from "../blocks/block.ts";
import { blockCount, blockLength } from "../blocks/manifest.ts";
import { BlockAssembler } from "../native/block_stream.ts";
import type { FrameHandlers } from "../native/exchange.ts";
import { decodeItems } from "../native/items.ts";
import { decodeDigestRun } from "../native/messages.ts";
import { decodePack, packedHead, PackSender } from "../native/packs.ts";
import {
  decodeFailure,
  emptySchema,
  fileInfoSchema,
  leaseSchema,
  type Request,
  sumSchema,
  writtenSchema,
} from "../native/schemas.ts";
import type {
  BatchResult,
  BlockRange,
  CallOptions,
  FileInfo,
  Files,
  Lease,
  Manifest,
  Precondition,
  Reading,
  SmallFile,
  StageOptions,
  SumAlgorithm,
  Upload,
} from "../service/files.ts";
import type { Call, NativeClient } from "./native_client.ts";
import { openUpload } from "./native_upload.ts";

type Info = v.InferOutput<typeof fileInfoSchema>;

/** What comes of one windowed frame; taking it frees its share of the window. */
interface Arrival<T> {
  readonly value: T;
  readonly cost: number;
}

/** {@linkcode Files} over a connection. */
export class NativeFiles implements Files {
  readonly #client: NativeClient;
  readonly #buffers = new BlockBuffers();

  constructor(client: NativeClient) {
    this.#client = client;
  }

  async stat(path: string, options: CallOptions = {}): Promise<FileInfo> {
    return infoOf(await this.#client.ask({ op: "stat", path }, fileInfoSchema, options.signal));
  }

  async *list(
    path: string,
    options: CallOptions & { readonly recursive?: boolean } = {},
  ): AsyncGenerator<FileInfo> {
    const { recursive = false, signal } = options;
    const items = (payload: Uint8Array) => decodeItems(fileInfoSchema, payload);
    for await (
      const batch of this.#stream({ op: "list", path, recursive }, { ITEM: items }, signal)
    ) {
      for (const info of batch) yield infoOf(info);
    }
  }

  /** The values of one call's windowed frames, in order; giving up early stops the server. */
  async *#stream<T>(
    request: Request,
    decoders: Record<string, (payload: Uint8Array) => T>,
    signal?: AbortSignal,
  ): AsyncGenerator<T> {
    const arrivals = new AsyncQueue<Arrival<T>>();
    const handlers: FrameHandlers = {};
    for (const [type, decode] of Object.entries(decoders)) {
      handlers[type as keyof FrameHandlers] = (payload) => {
        arrivals.push({ value: decode(payload), cost: payload.length });
      };
    }
    const call = await this.#client.call(request, handlers, signal);
    call.reply.then(() => arrivals.close(), (error) => arrivals.fail(error));
    try {
      for await (const { value, cost } of arrivals) {
        call.exchange.consumed(cost);
        yield value;
      }
    } finally {
      this.#client.cancel(call);
    }
  }

  async manifest(path: string, options: CallOptions = {}): Promise<Manifest> {
    const stream = this.#stream<Info[] | Uint8Array<ArrayBuffer>>({ op: "manifest", path }, {
      ITEM: (payload) => decodeItems(fileInfoSchema, payload),
      DGST: (payload) => decodeDigestRun(payload).digests,
    }, options.signal);
    const first = await stream.next();
    if (first.done || !Array.isArray(first.value) || first.value.length !== 1) {
      throw protocolError("a manifest began without its file");
    }
    return {
      info: infoOf(first.value[0]!),
      digests: digestsOnly(stream),
      [Symbol.asyncDispose]: async () => void await stream.return(undefined),
    };
  }

  async read(
    path: string,
    ranges?: readonly BlockRange[],
    options: CallOptions & { readonly revision?: string; readonly compress?: boolean } = {},
  ): Promise<Reading> {
    const { signal, revision, compress } = options;
    const request: Request = {
      op: "read",
      path,
      ...(ranges && { ranges: ranges.map(({ start, end }) => [start, end] as [number, number]) }),
      ...(revision !== undefined && { revision }),
      ...(compress && { compress }),
    };
    const blocks = new AsyncQueue<OwnedBlock>();
    const info = Promise.withResolvers<FileInfo>();
    const call: Call = await this.#client.call(request, {
      ITEM: (payload) => {
        info.resolve(infoOf(onlyInfo(payload)));
        const assembler = new BlockAssembler(call.exchange, this.#buffers, (block) => {
          if (!blocks.push(block)) block[Symbol.dispose]();
        });
        call.exchange.handle(assembler.handlers);
      },
    }, signal);
    call.reply.then(() => {
      info.reject(protocolError("a read ended before it began"));
      blocks.close();
    }, (error) => {
      info.reject(error);
      blocks.fail(error);
    });
    const found = await info.promise;
    const end = () => {
      this.#client.cancel(call);
      for (const block of blocks.drain()) block[Symbol.dispose]();
    };
    return {
      info: found,
      blocks: expected(blocks, found, ranges),
      [Symbol.asyncDispose]: () => Promise.resolve(end()),
    };
  }

  stage(path: string, options: StageOptions = {}): Promise<Upload> {
    return openUpload(this.#client, path, options);
  }

  async *readMany(
    paths: readonly string[],
    options: CallOptions = {},
  ): AsyncGenerator<BatchResult<SmallFile>> {
    const asked = new Set(paths);
    // JSON takes at most six bytes for a UTF-16 unit.
    const size = (path: string) => path.length * 6 + 3;
    for (const group of grouped(paths, MAX_BATCH_FILES, MAX_CONTROL_BYTES - 256, size)) {
      const request: Request = { op: "readMany", paths: group };
      for await (const pack of this.#stream(request, { PACK: decodePack }, options.signal)) {
        for (const result of pack) {
          if (!asked.delete(result.path)) throw protocolError("a file came that was not asked for");
          yield result;
        }
      }
    }
  }

  async writeMany(
    files: readonly SmallFile[],
    options: CallOptions & { readonly precondition?: Precondition } = {},
  ): Promise<BatchResult<FileInfo>[]> {
    const { signal, precondition = { kind: "absent" } } = options;
    const results: BatchResult<FileInfo>[] = [];
    const started = Promise.withResolvers<void>();
    const call: Call = await this.#client.call({ op: "writeMany", precondition }, {
      ITEM: (payload) => {
        started.resolve();
        call.exchange.handle({
          ITEM: (payload) => {
            for (const item of decodeItems(writtenSchema, payload)) results.push(writtenOf(item));
            call.exchange.consumed(payload.length);
          },
        });
        call.exchange.consumed(payload.length);
      },
    }, signal);
    call.reply.catch(started.reject);
    await started.promise;
    const packs = new PackSender(call.exchange);
    for (const file of files) await packs.add(packedHead(file), file.bytes);
    await packs.flush();
    await call.exchange.send("COMT");
    await call.reply;
    return results;
  }

  async sum(path: string, algorithm: SumAlgorithm, options: CallOptions = {}): Promise<string> {
    const request: Request = { op: "sum", path, algorithm };
    return (await this.#client.ask(request, sumSchema, options.signal)).digest;
  }

  async move(from: string, to: string, options: CallOptions = {}): Promise<void> {
    await this.#client.ask({ op: "move", from, to }, emptySchema, options.signal);
  }

  async remove(
    path: string,
    options: CallOptions & { readonly recursive?: boolean } = {},
  ): Promise<void> {
    const { recursive = false, signal } = options;
    await this.#client.ask({ op: "remove", path, recursive }, emptySchema, signal);
  }

  async mkdir(path: string, options: CallOptions = {}): Promise<void> {
    await this.#client.ask({ op: "mkdir", path }, emptySchema, options.signal);
  }

  lease(path: string, options: CallOptions & { readonly ttlMs: number }): Promise<Lease> {
    const { ttlMs, signal } = options;
    return this.#client.ask({ op: "lease", path, ttlMs }, leaseSchema, signal);
  }

  async release(path: string, options: CallOptions = {}): Promise<void> {
    await this.#client.ask({ op: "release", path }, emptySchema, options.signal);
  }
}

function infoOf({ root, ...info }: Info): FileInfo {
  return root === undefined ? info : { ...info, root };
}

function onlyInfo(payload: Uint8Array): Info {
  const [info] = decodeItems(fileInfoSchema, payload);
  if (info === undefined) throw protocolError("a read began without its file");
  return info;
}

async function* digestsOnly(
  stream: AsyncIterable<Info[] | Uint8Array<ArrayBuffer>>,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for await (const part of stream) {
    if (!(part instanceof Uint8Array)) throw protocolError("a manifest named two files");
    yield part;
  }
}

/** Exactly the blocks that were asked for, each of its right length. */
async function* expected(
  blocks: AsyncIterable<OwnedBlock>,
  { path, bytes }: FileInfo,
  ranges: readonly BlockRange[] = [{ start: 0, end: blockCount(bytes) }],
): AsyncGenerator<OwnedBlock> {
  const wanted = ranges.flatMap(({ start, end }) =>
    Array.from({ length: end - start }, (_, i) => start + i)
  );
  let at = 0;
  for await (const block of blocks) {
    if (block.index !== wanted[at++] || block.bytes.length !== blockLength(bytes, block.index)) {
      block[Symbol.dispose]();
      throw protocolError(`a block of ${path} came that was not asked for`);
    }
    yield block;
  }
  if (at !== wanted.length) throw protocolError(`blocks of ${path} are missing`);
}

function writtenOf(item: v.InferOutput<typeof writtenSchema>): BatchResult<FileInfo> {
  if ("error" in item) return { path: item.path, error: decodeFailure(item.error) };
  return { path: item.path, value: infoOf(item.info) };
}
