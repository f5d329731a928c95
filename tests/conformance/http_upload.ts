/**
 * An upload over HTTP: one `PUT` at its commit.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { Buffer } from "node:buffer";
import { FtError } from "../../lib/base/errors.ts";
import { blockDigest } from "../../lib/blocks/manifest.ts";
import type {
  Block,
  FileInfo,
  Files,
  HeldBlock,
  NewBlock,
  StageOptions,
  Upload,
} from "../../lib/service/files.ts";
import { joined } from "../../testing/bytes.ts";
import { encode, type HttpRequests } from "./http_request.ts";

/** The fields of a precondition. */
function conditionOf({ precondition = { kind: "absent" } }: StageOptions): Record<string, string> {
  if (precondition.kind === "any") return {};
  if (precondition.kind === "absent") return { "if-none-match": "*" };
  return { "if-match": `"${precondition.root}"` };
}

/** Collects blocks until the commit. */
export class HttpUpload implements Upload {
  readonly token = "none";
  readonly #path: string;
  readonly #options: StageOptions;
  readonly #requests: HttpRequests;
  readonly #files: Pick<Files, "stat" | "mkdir">;
  readonly #blocks: Uint8Array[] = [];

  constructor(
    path: string,
    options: StageOptions,
    requests: HttpRequests,
    files: Pick<Files, "stat" | "mkdir">,
  ) {
    this.#path = path;
    this.#options = options;
    this.#requests = requests;
    this.#files = files;
  }

  async *have(): AsyncGenerator<HeldBlock> {}

  keep(): Promise<void> {
    return Promise.reject(new FtError("conflict", "no such block", { retryable: true }));
  }

  write({ index, bytes }: Block): Promise<number> {
    this.#blocks[index] = bytes.slice();
    return Promise.resolve(bytes.length);
  }

  async add(block: NewBlock): Promise<Uint8Array<ArrayBuffer>> {
    const digest = blockDigest(block.bytes);
    await this.write({ ...block, digest, [Symbol.dispose]() {} });
    return digest;
  }

  async commit(total: { bytes: number; root: string }): Promise<FileInfo> {
    const body = joined(...this.#blocks);
    const folder = this.#path.split("/").slice(0, -1).join("/");
    if (folder !== "") await this.#files.mkdir(folder);
    const digest = Buffer.from(createHash("sha256").update(body).digest()).toString("base64");
    const headers = {
      ...conditionOf(this.#options),
      "content-length": String(total.bytes),
      "repr-digest": `sha-256=:${digest}:`,
    };
    const target = encode(this.#path);
    const { headers: { etag } } = await this.#requests.send({
      method: "PUT",
      target,
      headers,
      body,
    });
    return {
      ...await this.#files.stat(this.#path),
      root: etag!.replaceAll('"', ""),
      revision: etag!,
    };
  }

  abandon(): Promise<void> {
    this.#blocks.length = 0;
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.abandon();
  }
}
