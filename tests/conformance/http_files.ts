/**
 * `Files` over HTTP, as far as HTTP can: content in `GET` and `PUT`, facts in the fields of `HEAD`,
 * listings in JSON. What HTTP lacks, such as block digests, the client computes itself.
 *
 * @module
 */

import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { FtError } from "../../lib/base/errors.ts";
import { BLOCK_BYTES } from "../../lib/base/limits.ts";
import { blockCount, blockDigest } from "../../lib/blocks/manifest.ts";
import { requireRanges } from "../../lib/service/read_request.ts";
import type {
  BatchResult,
  Block,
  BlockRange,
  FileInfo,
  Files,
  ListOptions,
  Manifest,
  PartOptions,
  Reading,
  ReadOptions,
  SmallFile,
  StageOptions,
  SumAlgorithm,
  Upload,
} from "../../lib/service/files.ts";
import { joined } from "../../testing/bytes.ts";
import { bytesOf, encode, HttpRequests } from "./http_request.ts";
import { HttpUpload } from "./http_upload.ts";

const ROOT_TAG = /^"([0-9a-f]{64})"$/;

/** A client over HTTP. Disposing closes its connections. */
export class HttpFiles
  implements Omit<Files, "lease" | "release" | "setFacts" | "statMany">, Disposable {
  readonly #requests: HttpRequests;

  constructor(url: string) {
    this.#requests = new HttpRequests(url);
  }

  stat(path: string): Promise<FileInfo> {
    return this.#facts(path);
  }

  /** A file has several tags for the same content, so the server compares them. */
  async #facts(path: string, revision?: string): Promise<FileInfo> {
    const headers: Record<string, string> = {};
    if (revision !== undefined) headers["if-match"] = revision;
    const target = encode(path);
    return infoOf(path, await this.#requests.send({ method: "HEAD", target, headers }));
  }

  async *list(dir: string, options: ListOptions = {}): AsyncGenerator<FileInfo> {
    const info = await this.stat(dir);
    if (info.type === "file") return yield info;
    const target = dir === "." ? "" : `${encode(dir)}/`;
    const headers = { accept: "application/json" };
    const answer = await this.#requests.send({ method: "GET", target, headers });
    for (const { name, type, bytes, mtime } of JSON.parse(await textOf(answer))) {
      const path = dir === "." ? name : `${dir}/${name}`;
      yield { path, type, bytes, mtimeMs: Date.parse(mtime), executable: false, revision: "" };
      if (type === "dir" && options.recursive) yield* this.list(path, options);
    }
  }

  async read(
    path: string,
    ranges?: readonly BlockRange[],
    { bytes = Infinity, revision }: ReadOptions = {},
  ): Promise<Reading> {
    const found = await this.#facts(path, revision);
    if (found.type === "dir") throw new FtError("usage", `it is a folder: ${path}`);
    const info = { ...found, bytes: Math.min(found.bytes, bytes) };
    const wanted = ranges ?? [{ start: 0, end: blockCount(info.bytes) }];
    requireRanges(path, wanted, blockCount(info.bytes));
    const blocks = this.#blocks(info, wanted, found.bytes);
    return { info, blocks, [Symbol.asyncDispose]: async () => void await blocks.return(undefined) };
  }

  async *#blocks(
    { path, bytes, revision }: FileInfo,
    ranges: readonly BlockRange[],
    whole: number,
  ): AsyncGenerator<Block> {
    for (const { start, end } of ranges) {
      if (start === end) continue;
      const [from, to] = [start * BLOCK_BYTES, Math.min(end * BLOCK_BYTES, bytes)];
      const range = from === 0 && to === whole ? undefined : `bytes=${from}-${to - 1}`;
      const headers = { "if-match": revision, ...(range && { range }) };
      const answer = await this.#requests.send({ method: "GET", target: encode(path), headers });
      using stack = new DisposableStack();
      stack.defer(() => answer.destroy());
      yield* blocksIn(answer, start);
    }
  }

  async manifest(path: string, options?: PartOptions): Promise<Manifest> {
    const reading = await this.read(path, undefined, options);
    async function* digests() {
      for await (using block of reading.blocks) yield blockDigest(block.bytes);
    }
    return {
      info: reading.info,
      digests: digests(),
      [Symbol.asyncDispose]: () => reading[Symbol.asyncDispose](),
    };
  }

  // deno-lint-ignore require-await
  async stage(path: string, options: StageOptions = {}): Promise<Upload> {
    return new HttpUpload(path, options, this.#requests, this);
  }

  async *readMany(paths: readonly string[]): AsyncGenerator<BatchResult<SmallFile>> {
    for (const path of paths) {
      const answer = await this.#requests.send({ method: "GET", target: encode(path) });
      const { mtimeMs, executable } = infoOf(path, answer);
      const bytes = await bytesOf(answer);
      const digest = blockDigest(bytes).toHex();
      yield { path, value: { path, bytes, digest, mtimeMs, executable } };
    }
  }

  async writeMany(files: readonly SmallFile[]): Promise<BatchResult<FileInfo>[]> {
    const results: BatchResult<FileInfo>[] = [];
    for (const { path, bytes } of files) {
      const headers = { "if-none-match": "*" };
      await this.#requests.send({ method: "PUT", target: encode(path), headers, body: bytes });
      results.push({ path, value: await this.stat(path) });
    }
    return results;
  }

  async sum(path: string, algorithm: SumAlgorithm): Promise<string> {
    if (algorithm === "md5") {
      const answer = await this.#requests.send({ method: "GET", target: encode(path) });
      return createHash("md5").update(await bytesOf(answer)).digest("hex");
    }
    const headers = { "want-repr-digest": "sha-256=1" };
    const answer = await this.#requests.send({ method: "HEAD", target: encode(path), headers });
    const [, digest = ""] = /sha-256=:(.*):/.exec(`${answer.headers["repr-digest"]}`) ?? [];
    return Uint8Array.fromBase64(digest).toHex();
  }

  async move(from: string, to: string): Promise<void> {
    const headers = { destination: `/files/${encode(to)}`, overwrite: "F" };
    await this.#requests.send({ method: "MOVE", target: encode(from), headers });
  }

  /** `DELETE` removes a folder with everything below it. */
  async remove(path: string, { recursive = false } = {}): Promise<void> {
    if (!recursive && (await this.stat(path)).type === "dir") {
      for await (const _ of this.list(path)) throw new FtError("conflict", `not empty: ${path}`);
    }
    await this.#requests.send({ method: "DELETE", target: encode(path) });
  }

  /** `MKCOL` creates no parent folders, and refuses one that exists. */
  async mkdir(path: string): Promise<void> {
    const names = path.split("/");
    for (let i = 1; i <= names.length; i++) {
      const target = encode(names.slice(0, i).join("/"));
      try {
        await this.#requests.send({ method: "MKCOL", target });
      } catch (error) {
        const there = error instanceof FtError && error.code === "conflict" &&
          (await this.stat(names.slice(0, i).join("/"))).type === "dir";
        if (!there) throw error;
      }
    }
  }

  [Symbol.dispose](): void {
    this.#requests[Symbol.dispose]();
  }
}

/** The facts in the fields of an answer; a folder is sent to its path with a slash. */
function infoOf(asked: string, { statusCode, headers }: IncomingMessage): FileInfo {
  const path = asked.split("/").filter((name) => name !== "" && name !== ".").join("/") || ".";
  const dir = statusCode === 301 || headers.etag === undefined;
  const root = ROOT_TAG.exec(headers.etag ?? "")?.[1];
  return {
    ...{ path, type: dir ? "dir" : "file", executable: false, revision: headers.etag ?? "" },
    bytes: dir ? 0 : Number(headers["content-length"]),
    mtimeMs: Date.parse(headers["last-modified"] ?? ""),
    ...(root !== undefined && { root }),
  };
}

async function textOf(answer: IncomingMessage): Promise<string> {
  return new TextDecoder().decode(await bytesOf(answer));
}

/** Cuts a body into blocks. */
async function* blocksIn(answer: IncomingMessage, first: number): AsyncGenerator<Block> {
  let [index, parts, length]: [number, Uint8Array[], number] = [first, [], 0];
  const block = (bytes: Uint8Array): Block => {
    const own = new Uint8Array(bytes);
    return { index: index++, bytes: own, digest: blockDigest(own), [Symbol.dispose]() {} };
  };
  for await (const piece of answer) {
    parts.push(piece);
    length += piece.length;
    if (length < BLOCK_BYTES) continue;
    let whole = joined(...parts);
    for (; whole.length >= BLOCK_BYTES; whole = whole.slice(BLOCK_BYTES)) {
      yield block(whole.subarray(0, BLOCK_BYTES));
    }
    [parts, length] = [[whole], whole.length];
  }
  if (length > 0) yield block(joined(...parts));
}
