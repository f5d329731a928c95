/**
 * The file service over a native connection.
 *
 * @module
 */

import type * as v from "valibot";
import { Batched } from "../../base/batched.ts";
import { FtError, protocolError } from "../../base/errors.ts";
import { MAX_MANIFEST_BLOCKS } from "../../base/limits.ts";
import { raceSignal } from "../../base/signals.ts";
import { BlockBuffers } from "../../blocks/buffers.ts";
import { blockCount, DIGEST_BYTES } from "../../blocks/manifest.ts";
import { decodeFolderDigests, type FolderDigest } from "../../native/folder_digests.ts";
import { decodeInfoResult, infoResultSchema } from "../../native/info_results.ts";
import { decodeItems } from "../../native/items.ts";
import { decodeNames } from "../../native/listed_names.ts";
import { decodeDigestRun, type DigestRun } from "../../native/messages.ts";
import { decodeCompressedPack, decodePack } from "../../native/packs.ts";
import {
  emptySchema,
  fileInfoSchema,
  leaseSchema,
  type Request,
  REVISIONS,
  sumSchema,
} from "../../native/schemas.ts";
import type {
  BatchResult,
  BlockRange,
  CallOptions,
  FactOptions,
  FileInfo,
  Files,
  FreshOptions,
  Lease,
  ListOptions,
  Manifest,
  MoveOptions,
  PartOptions,
  ReadOptions,
  RemoveOptions,
  SmallFile,
  StageOptions,
  SumAlgorithm,
  Upload,
  VersionOptions,
} from "../../service/files.ts";
import type { LaneReading } from "../remote/lanes.ts";
import type { StageAhead } from "../remote/open.ts";
import { requestGroups, requireAnswered } from "./request_groups.ts";
import { requirePath } from "./requested_path.ts";
import { type WriteOptions, writePacks } from "./batch_write.ts";
import { BegunUpload } from "./begun_upload.ts";
import type { NativeClient } from "./native_client.ts";
import { openReading } from "./remote_reading.ts";
import { openUpload } from "./remote_upload.ts";
import { streamed, wholeListing } from "./streamed_items.ts";

type Info = v.InferOutput<typeof fileInfoSchema>;

/** {@linkcode Files} over a connection. */
export class NativeFiles implements Files {
  readonly #client: NativeClient;
  readonly #buffers = new BlockBuffers();
  #begun: BegunUpload | undefined;

  constructor(client: NativeClient) {
    this.#client = client;
  }

  /**
   * Begins an upload already, if its name is free. The next {@linkcode NativeFiles.stat} of it takes the
   * answer, and then {@linkcode NativeFiles.stage} the upload.
   */
  stageAhead(request: StageAhead): void {
    this.#begun = new BegunUpload(this.#client, request);
  }

  async stat(path: string, options: VersionOptions = {}): Promise<FileInfo> {
    const { rev } = options;
    if (this.#begun !== undefined && rev === undefined) {
      const found = await raceSignal(this.#begun.taken(path), options.signal);
      if (found !== undefined) return found;
    }
    const request: Request = { op: "stat", path, ...(rev !== undefined && { rev }) };
    const info = await this.#client.ask(request, fileInfoSchema, options.signal);
    requirePath(path, info.path);
    return info;
  }

  list(path: string, options: ListOptions = {}): AsyncIterable<FileInfo> {
    return new Batched(this.#list(path, options));
  }

  #list(path: string, options: ListOptions): AsyncGenerator<readonly FileInfo[]> {
    const { recursive = false, roots, namesOnly, signal, onLeftOut = () => {} } = options;
    let count = 0;
    const ITEM = (payload: Uint8Array) => {
      const items = namesOnly ? decodeNames(payload) : decodeItems(fileInfoSchema, payload);
      count += items.length;
      return items;
    };
    const whole = wholeListing(path, () => count, onLeftOut);
    const asked = { ...(roots && { roots }), ...(namesOnly && { namesOnly }) };
    const request: Request = { op: "list", path, recursive, ...asked };
    return streamed(this.#client, request, { ITEM }, signal, whole);
  }

  /** Lists the digests of a folder and all below it; the server has to offer {@linkcode DIGESTS}. */
  digests(
    path: string,
    { signal, onLeftOut = () => {} }: Pick<ListOptions, "signal" | "onLeftOut"> = {},
  ): AsyncGenerator<FolderDigest[]> {
    let count = 0;
    const ITEM = (payload: Uint8Array) => {
      const items = decodeFolderDigests(payload);
      count += items.length;
      return items;
    };
    const request: Request = { op: "list", path, recursive: true, digests: true };
    const whole = wholeListing(path, () => count, onLeftOut);
    return streamed(this.#client, request, { ITEM }, signal, whole);
  }

  async *statMany(
    paths: readonly string[],
    { fresh, signal }: FreshOptions = {},
  ): AsyncGenerator<BatchResult<FileInfo>> {
    const asked = new Set(paths);
    for (const group of requestGroups(asked)) {
      const request: Request = { op: "statMany", paths: group, ...(fresh && { fresh }) };
      const ITEM = (payload: Uint8Array) => decodeItems(infoResultSchema, payload);
      for await (const items of streamed(this.#client, request, { ITEM }, signal)) {
        for (const item of items) {
          if (!asked.delete(item.path)) throw protocolError("a file was not requested");
          if ("info" in item) requirePath(item.path, item.info.path);
          yield decodeInfoResult(item);
        }
      }
    }
    requireAnswered(asked);
  }

  async manifest(
    path: string,
    { bytes, fresh, rev, signal }: PartOptions & FreshOptions & VersionOptions = {},
  ): Promise<Manifest> {
    const asked = { ...(fresh && { fresh }), ...(rev !== undefined && { rev }) };
    const request: Request = { op: "manifest", path, bytes, ...asked };
    const stream = streamed<Info[] | DigestRun>(this.#client, request, {
      ITEM: (payload) => decodeItems(fileInfoSchema, payload),
      DGST: (payload) => decodeDigestRun(payload),
    }, signal);
    const { value } = await stream.next();
    const [info] = Array.isArray(value) && value.length === 1 ? value : [];
    try {
      if (info === undefined) throw protocolError("a manifest started without its file");
      requirePath(path, info.path);
    } catch (error) {
      await stream.return(undefined);
      throw error;
    }
    return {
      info,
      digests: digestsOf(info, stream),
      [Symbol.asyncDispose]: async () => void await stream.return(undefined),
    };
  }

  read(
    path: string,
    ranges?: readonly BlockRange[],
    options: ReadOptions = {},
  ): Promise<LaneReading> {
    return openReading(this.#client, this.#buffers, path, ranges, options);
  }

  async stage(path: string, options: StageOptions = {}): Promise<Upload> {
    const begun = this.#begun;
    this.#begun = undefined;
    return await begun?.upload(path, options) ?? await openUpload(this.#client, path, options);
  }

  async *readMany(
    paths: readonly string[],
    { signal, compress }: CallOptions & { readonly compress?: boolean } = {},
  ): AsyncGenerator<BatchResult<SmallFile>> {
    const asked = new Set(paths);
    for (const group of requestGroups(asked)) {
      const request: Request = { op: "readMany", paths: group, ...(compress && { compress }) };
      const decoders = { PACK: decodePack, ZPAK: decodeCompressedPack };
      for await (const pack of streamed(this.#client, request, decoders, signal)) {
        if (pack.length === 0) throw protocolError("a pack without files");
        for (const result of pack) {
          if (!asked.delete(result.path)) throw protocolError("a file was not requested");
          yield result;
        }
      }
    }
    requireAnswered(asked);
  }

  writeMany(
    files: readonly SmallFile[],
    options: WriteOptions = {},
  ): Promise<BatchResult<FileInfo>[]> {
    return writePacks(this.#client, files, options);
  }

  async sum(path: string, algorithm: SumAlgorithm, options: CallOptions = {}): Promise<string> {
    const request: Request = { op: "sum", path, algorithm };
    return (await this.#client.ask(request, sumSchema, options.signal)).digest;
  }

  async move(from: string, to: string, options: MoveOptions = {}): Promise<void> {
    if (options.replace) {
      throw new FtError("protocol", "a move over this connection replaces no file", { name: to });
    }
    await this.#client.ask({ op: "move", from, to }, emptySchema, options.signal);
  }

  async remove(
    path: string,
    { recursive = false, revision, signal }: RemoveOptions = {},
  ): Promise<void> {
    if (revision !== undefined && !this.#client.offers(REVISIONS)) {
      // A server without this feature removes any version: one that has changed already is noticed here.
      const now = await this.stat(path, { signal });
      if (now.revision !== revision) throw changedMeanwhile(path);
    }
    await this.#client.ask({ op: "remove", path, recursive, revision }, emptySchema, signal);
  }

  async mkdir(
    path: string,
    { mode, signal }: CallOptions & { readonly mode?: number | undefined } = {},
  ): Promise<void> {
    await this.#client.ask({ op: "mkdir", path, mode }, emptySchema, signal);
  }

  async setFacts(path: string, { signal, ...facts }: FactOptions): Promise<FileInfo> {
    const info = await this.#client.ask(
      { op: "setFacts", path, ...facts },
      fileInfoSchema,
      signal,
    );
    requirePath(path, info.path);
    return info;
  }

  lease(path: string, options: CallOptions & { readonly ttlMs: number }): Promise<Lease> {
    const { ttlMs, signal } = options;
    return this.#client.ask({ op: "lease", path, ttlMs }, leaseSchema, signal);
  }

  async release(
    path: string,
    { force, signal }: CallOptions & { readonly force?: boolean } = {},
  ): Promise<void> {
    await this.#client.ask({ op: "release", path, force }, emptySchema, signal);
  }
}

function changedMeanwhile(name: string): FtError {
  return new FtError("conflict", `changed meanwhile: ${name}`, { name, retryable: true });
}

/** Checks that exactly the digests of the file's blocks arrive, in order. */
async function* digestsOf(
  { path, bytes }: FileInfo,
  stream: AsyncIterable<Info[] | DigestRun>,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let next = 0;
  if (blockCount(bytes) > MAX_MANIFEST_BLOCKS) {
    throw new FtError("limit", `the manifest of ${path} is too long`, { name: path });
  }
  for await (const part of stream) {
    if (Array.isArray(part)) throw protocolError("a manifest named two files");
    const count = part.digests.length / DIGEST_BYTES;
    if (part.first !== next || next + count > blockCount(bytes)) {
      throw protocolError(`the manifest of ${path} has digests of other blocks`);
    }
    next += count;
    yield part.digests;
  }
  if (next !== blockCount(bytes)) throw protocolError(`the manifest of ${path} is short`);
}
