/**
 * Small files in PACK frames, `[id][sequence: u32][JSON length: u32][JSON array][contents]`, or in
 * ZPAK frames, which compress everything after the id.
 *
 * @module
 */

import { concat } from "@std/bytes/concat";
import * as v from "valibot";
import { FtError, protocolError } from "../base/errors.ts";
import { MAX_CONTROL_BYTES, MAX_DATA_BYTES } from "../base/limits.ts";
import { contentDigest } from "../blocks/manifest.ts";
import type { BatchResult, SmallFile } from "../service/files.ts";
import { readUint32 } from "../wire/frame.ts";
import { inflate, shrink } from "./compression.ts";
import type { Exchange } from "./exchange.ts";
import { MAX_PACK_BYTES } from "./frame_types.ts";
import { decodeJson, uint32s } from "./messages.ts";
import { decodeFailure, type PackedFile, packedFileSchema } from "./schemas.ts";

const utf8 = new TextEncoder();

/** The part of an exchange that sends a pack. */
export type PackExchange = Pick<Exchange, "send">;

/** Collects small files and sends them in frames. */
export class PackSender {
  readonly #exchange: PackExchange;
  readonly #compress: boolean;
  /** Each as JSON. */
  #heads: string[] = [];
  #contents: Uint8Array[] = [];
  #headBytes = 0;
  #contentBytes = 0;
  #sequence = 0;

  /** @param compress Whether to try ZPAK. */
  constructor(exchange: PackExchange, compress = false) {
    this.#exchange = exchange;
    this.#compress = compress;
  }

  /** Adds a file, or the error of one. Sends a frame if it is full. */
  async add(head: PackedFile, content: Uint8Array): Promise<void> {
    const json = JSON.stringify(head);
    const headBytes = json.length * 3 + 1;
    const full = this.#headBytes + headBytes > MAX_CONTROL_BYTES - 2 ||
      this.#contentBytes + content.length > MAX_DATA_BYTES;
    if (full) await this.flush();
    this.#heads.push(json);
    this.#contents.push(content);
    this.#headBytes += headBytes;
    this.#contentBytes += content.length;
  }

  /** Sends the collected files. */
  async flush(): Promise<void> {
    if (this.#heads.length === 0) return;
    const json = utf8.encode(`[${this.#heads.join(",")}]`);
    const contents = this.#contents;
    this.#heads = [];
    this.#contents = [];
    this.#headBytes = this.#contentBytes = 0;
    const parts = [uint32s(this.#sequence++, json.length), json, ...contents];
    const whole = this.#compress ? concat(parts) : null;
    const packed = whole && await shrink(whole);
    if (packed === null) await this.#exchange.send("PACK", ...parts);
    else await this.#exchange.send("ZPAK", uint32s(whole!.length), packed);
  }
}

/** Returns the entry of a small file in a PACK. */
export function packedHead(file: SmallFile): PackedFile {
  const { path, bytes, mtimeMs, executable, mode, digest } = file;
  return { path, bytes: bytes.length, mtimeMs, executable, mode, digest };
}

const packSchema = v.array(packedFileSchema);

/**
 * Decodes the payload of PACK, exchange id included. Contents are copied, all at once, and checked
 * against their digests.
 *
 * @throws `protocol` if the lengths are inconsistent.
 */
export function decodePack(payload: Uint8Array): BatchResult<SmallFile>[] {
  return decodeContent(payload.subarray(4), (contents) => contents.slice());
}

/** Decodes the payload of ZPAK, as {@linkcode decodePack}. */
export function decodeCompressedPack(payload: Uint8Array): BatchResult<SmallFile>[] {
  if (payload.length < 8) throw protocolError("ZPAK is too short");
  const pack = inflate(payload.subarray(8), readUint32(payload, 4), MAX_PACK_BYTES);
  return decodeContent(pack, (contents) => contents);
}

/** @param own Returns contents that stay as they are. */
function decodeContent(
  pack: Uint8Array,
  own: (contents: Uint8Array) => Uint8Array,
): BatchResult<SmallFile>[] {
  if (pack.length < 8) throw protocolError("PACK is too short");
  const start = 8 + readUint32(pack, 4);
  if (start > pack.length || start - 8 > MAX_CONTROL_BYTES) throw protocolError("PACK is torn");
  const contents = own(pack.subarray(start));
  const files: BatchResult<SmallFile>[] = [];
  let at = 0;
  for (const head of decodeJson(packSchema, pack.subarray(8, start), "PACK")) {
    if ("error" in head) {
      files.push({ path: head.path, error: decodeFailure(head.error) });
      continue;
    }
    const bytes = contents.subarray(at, at += head.bytes);
    if (bytes.length !== head.bytes) throw protocolError("PACK is torn");
    files.push(checked(head, bytes));
  }
  if (at !== contents.length) throw protocolError("PACK has more content than files");
  return files;
}

function checked(
  head: Extract<PackedFile, { digest: string }>,
  bytes: Uint8Array,
): BatchResult<SmallFile> {
  const { path, mtimeMs, executable, mode, digest } = head;
  if (contentDigest(bytes) === digest) {
    return { path, value: { path, bytes, mtimeMs, executable, mode, digest } };
  }
  const error = new FtError("integrity", `arrived damaged: ${path}`, {
    name: path,
    retryable: true,
  });
  return { path, error };
}
