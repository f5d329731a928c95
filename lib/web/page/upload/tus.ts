/**
 * The requests of resumable uploads (tus 1.0), as the server takes them.
 *
 * @module
 */

import { ApiError } from "../api.ts";
import type { Item, Seen } from "./item.ts";
import { UploadError } from "./retry.ts";
import type { Answer, Sending, Transport } from "./transport.ts";

const PART_TYPE = "application/offset+octet-stream";

/** A part of a file. */
export interface FilePart {
  readonly body: Blob;
  readonly offset: number;
  /** The digests of the blocks that end in it, in base64. */
  readonly digests: string;
  /** The root of the whole file, with the last part. */
  readonly root?: string | undefined;
  readonly onProgress: (bytes: number) => void;
}

/** The part of an upload that the server has. */
export interface Progress {
  readonly offset: number;
  /** Whether it has become a file. */
  readonly done: boolean;
}

/** A version of a file. */
export interface Version extends Seen {
  readonly tag: string;
}

/** The requests. Every method throws an `ApiError`. */
export class Tus {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Creates an upload.
   *
   * @param condition `If-Match` of the file to replace. @default none may be there
   * @param whole The whole file, if it is small, with its root.
   * @returns Its URL.
   */
  async create(
    item: Item,
    condition: string | undefined,
    signal: AbortSignal,
    whole?: { readonly body: Blob; readonly root: string; onProgress: (bytes: number) => void },
  ): Promise<string> {
    const { path, bytes, lastModified, existing } = item;
    const fate = existing === "rename"
      ? "rename"
      : condition === undefined
      ? "refuse"
      : "overwrite";
    const metadata = { filename: path, lastModified: String(lastModified), existing: fate };
    const headers = {
      "upload-length": String(bytes),
      "upload-metadata": metadataField(whole ? { ...metadata, root: whole.root } : metadata),
      ...(condition !== undefined && { "if-match": condition }),
      ...(whole && { "content-type": PART_TYPE }),
    };
    const { body, onProgress } = whole ?? {};
    const request = { method: "POST", url: "/uploads/", headers, body, onProgress, signal };
    return (await this.#send(item, request)).header("location") ?? "";
  }

  /** Sends a part. */
  async send(item: Item, part: FilePart, signal: AbortSignal): Promise<Progress> {
    const { body, offset, digests, root, onProgress } = part;
    const headers = {
      "content-type": PART_TYPE,
      "upload-offset": String(offset),
      "upload-block-digests": digests,
      ...(root !== undefined && { "upload-root": root }),
    };
    const request = { method: "PATCH", url: item.url!, headers, body, onProgress, signal };
    return progressIn(await this.#send(item, request));
  }

  /** Asks how far an upload is. @returns `undefined` if there is no such upload. */
  async progress(item: Item, signal: AbortSignal): Promise<Progress | undefined> {
    try {
      const request = { method: "HEAD", url: item.url!, headers: {}, signal };
      return progressIn(await this.#send(item, request));
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    }
  }

  /** Ends an upload, and removes what was sent of it. */
  async discard(item: Item, signal: AbortSignal): Promise<void> {
    await this.#send(item, { method: "DELETE", url: item.url!, headers: {}, signal });
  }

  /** The file that has the name of an upload. @returns `undefined` if there is none. */
  async version(item: Item, signal: AbortSignal): Promise<Version | undefined> {
    const request = { method: "HEAD", url: fileUrl(item), headers: {}, signal };
    const answer = await this.#send(item, request).catch(unlessMissing);
    if (answer === undefined) return undefined;
    const mtime = new Date(answer.header("last-modified") ?? 0).toISOString();
    const type = answer.header("content-length") === null ? "dir" : "file";
    const bytes = Number(answer.header("content-length"));
    return { type, bytes, mtime, tag: answer.header("etag") ?? "" };
  }

  /** Whether the file that has the name of an upload has this content already. */
  async has(item: Item, root: string, signal: AbortSignal): Promise<boolean> {
    const headers = { "if-match": `"${root}"` };
    const request = { method: "HEAD", url: fileUrl(item), headers, signal };
    try {
      await this.#send(item, request);
      return true;
    } catch (error) {
      if (error instanceof ApiError && error.status >= 400) return false;
      throw error;
    }
  }

  async #send({ base }: Item, sending: Sending): Promise<Answer> {
    const token = /^\/s\/([^/]+)\//.exec(base)?.[1];
    const headers = {
      "tus-resumable": "1.0.0",
      accept: "application/json",
      ...sending.headers,
      ...(token !== undefined && { authorization: `Bearer ${decodeURIComponent(token)}` }),
    };
    const answer = await this.#transport({ ...sending, headers });
    if (answer.status >= 200 && answer.status < 300) return answer;
    throw errorOf(answer);
  }
}

function fileUrl({ base, path }: Item): string {
  return base + path.split("/").map(encodeURIComponent).join("/");
}

function metadataField(values: Readonly<Record<string, string>>): string {
  const base64 = (text: string) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));
  return Object.entries(values).map(([key, value]) => `${key} ${base64(value)}`).join(",");
}

function progressIn({ header }: Answer): Progress {
  const done = header("content-location") !== null;
  return { offset: Number(header("upload-offset")), done };
}

function unlessMissing(error: unknown): undefined {
  if (error instanceof ApiError && error.status === 404) return undefined;
  throw error;
}

/** Reads an error in the form of RFC 9457; the answer to `HEAD` has none. */
function errorOf({ status, header, text }: Answer): UploadError {
  const seconds = Number(header("retry-after") ?? NaN);
  const retryAfterMs = Number.isFinite(seconds) ? seconds * 1000 : undefined;
  const codes: Readonly<Record<number, string>> = { 401: "not_allowed", 403: "not_allowed" };
  try {
    const { code, detail } = JSON.parse(text);
    return new UploadError(status, String(code), String(detail), retryAfterMs);
  } catch {
    return new UploadError(status, codes[status] ?? "internal", `HTTP ${status}`, retryAfterMs);
  }
}
