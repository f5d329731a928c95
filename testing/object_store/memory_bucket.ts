/**
 * An object store in memory, as far as our server uses one: it shows what the server itself costs.
 * It has no disk, checks no signature, and its entity tags are no digests.
 *
 * @module
 */

import { escape } from "@std/html/entities";
import { listObjects, type MemoryHeader, type MemoryObject, xml } from "./memory_listing.ts";
import { storeFailure } from "../network/store_stub.ts";

/** Bytes of a body that are sent at once. */
const PIECE_BYTES = 1024 * 1024;

/** An upload in parts. */
interface MemoryUpload {
  readonly key: string;
  readonly headers: Headers;
  readonly parts: Map<number, MemoryObject>;
}

/** The objects of one bucket. */
export class MemoryBucket {
  readonly #objects = new Map<string, MemoryObject>();
  readonly #uploads = new Map<string, MemoryUpload>();
  readonly #partMs: number;
  /** Requests so far. */
  requests = 0;
  /** The most requests that were answered at once. */
  mostAtOnce = 0;
  #running = 0;

  /** @param partMs How long it takes to store a part, at least, in milliseconds. */
  constructor(partMs = 0) {
    this.#partMs = partMs;
  }

  /** Puts an object there without a request. */
  put(key: string, bytes: Uint8Array<ArrayBuffer>): void {
    this.#objects.set(key, newObject(bytes, new Headers()));
  }

  /** The names of objects that begin so. */
  keys(prefix: string): string[] {
    return [...this.#objects.keys()].filter((key) => key.startsWith(prefix)).sort();
  }

  /** Makes objects whose names begin so older. */
  age(prefix: string, ms: number): void {
    for (const key of this.keys(prefix)) {
      const object = this.#objects.get(key)!;
      const written = new Date(object.written.getTime() - ms);
      const others = object.headers.filter(([name]) => name !== "last-modified");
      const headers = [...others, ["last-modified", written.toUTCString()] satisfies MemoryHeader];
      this.#objects.set(key, { ...object, written, headers });
    }
  }

  /** Answers a request. */
  async answer(request: Request): Promise<Response> {
    this.requests++;
    this.mostAtOnce = Math.max(this.mostAtOnce, ++this.#running);
    return await this.#answer(request).finally(() => this.#running--);
  }

  async #answer(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    const [, , ...rest] = pathname.split("/");
    const key = decodeURIComponent(rest.join("/"));
    if (key === "") return await this.#answerBucket(request, searchParams);
    if (searchParams.has("uploads") || searchParams.has("uploadId")) {
      return await this.#answerUpload(request, key, searchParams);
    }
    switch (request.method) {
      case "PUT":
        return await this.#put(request, key);
      case "DELETE":
        this.#objects.delete(key);
        return new Response(null, { status: 204 });
      default:
        return this.#get(request, key);
    }
  }

  async #answerBucket(request: Request, query: URLSearchParams): Promise<Response> {
    if (query.has("delete")) {
      for (const [, key] of (await request.text()).matchAll(/<Key>([^<]*)<\/Key>/g)) {
        this.#objects.delete(key!);
      }
      return xml("DeleteResult", "");
    }
    await request.body?.cancel();
    if (query.has("uploads")) return xml("ListMultipartUploadsResult", "");
    return request.method === "GET" ? listObjects(this.#objects, query) : new Response(null);
  }

  async #answerUpload(request: Request, key: string, query: URLSearchParams): Promise<Response> {
    if (query.has("uploads")) {
      const id = crypto.randomUUID();
      this.#uploads.set(id, { key, headers: new Headers(request.headers), parts: new Map() });
      return xml("InitiateMultipartUploadResult", `<UploadId>${id}</UploadId>`);
    }
    const id = query.get("uploadId")!;
    const upload = this.#uploads.get(id);
    if (upload === undefined) return storeFailure(404, "NoSuchUpload");
    if (request.method === "PUT") {
      const part = newObject(await request.bytes(), request.headers);
      if (this.#partMs > 0) await new Promise((resolve) => setTimeout(resolve, this.#partMs));
      upload.parts.set(Number(query.get("partNumber")), part);
      return new Response(null, { headers: { etag: part.etag } });
    }
    if (request.method === "DELETE") {
      this.#uploads.delete(id);
      return new Response(null, { status: 204 });
    }
    await request.body?.cancel();
    if (refused(request, this.#objects.get(key))) return storeFailure(412, "PreconditionFailed");
    const parts = [...upload.parts].sort(([a], [b]) => a - b).flatMap(([, { parts }]) => parts);
    const whole = newObject(parts, upload.headers);
    this.#objects.set(key, whole);
    this.#uploads.delete(id);
    return xml("CompleteMultipartUploadResult", `<ETag>${escape(whole.etag)}</ETag>`);
  }

  async #put(request: Request, key: string): Promise<Response> {
    const bytes = await request.bytes();
    if (refused(request, this.#objects.get(key))) return storeFailure(412, "PreconditionFailed");
    const source = request.headers.get("x-amz-copy-source");
    if (source === null) {
      const object = newObject(bytes, request.headers);
      this.#objects.set(key, object);
      return new Response(null, { headers: { etag: object.etag } });
    }
    const from = this.#objects.get(decodeURIComponent(source).split("/").slice(2).join("/"));
    if (from === undefined) return storeFailure(404, "NoSuchKey");
    const replaced = request.headers.get("x-amz-metadata-directive") === "REPLACE";
    const copy = newObject(from.parts, replaced ? request.headers : new Headers(from.headers));
    this.#objects.set(key, copy);
    return xml("CopyObjectResult", `<ETag>${escape(copy.etag)}</ETag>`);
  }

  #get(request: Request, key: string): Response {
    const object = this.#objects.get(key);
    if (object === undefined) return storeFailure(404, "NoSuchKey");
    if (refused(request, object)) return storeFailure(412, "PreconditionFailed");
    const headers = new Headers(object.headers);
    const [, first, last] = request.headers.get("range")?.match(/^bytes=(\d+)-(\d+)$/) ?? [];
    const start = Number(first ?? 0);
    const end = Math.min(Number(last ?? Infinity) + 1, object.bytes);
    if (first !== undefined && start >= object.bytes) return storeFailure(416, "InvalidRange");
    headers.set("content-length", String(end - start));
    if (request.method === "HEAD") return new Response(null, { headers });
    if (first !== undefined) {
      headers.set("content-range", `bytes ${start}-${end - 1}/${object.bytes}`);
    }
    const body = ReadableStream.from(piecesOf(object.parts, start, end));
    return new Response(body, { status: first === undefined ? 200 : 206, headers });
  }
}

function newObject(
  content: Uint8Array<ArrayBuffer> | readonly Uint8Array<ArrayBuffer>[],
  given: Headers,
): MemoryObject {
  const parts = content instanceof Uint8Array ? [content] : content;
  const etag = `"${crypto.randomUUID()}"`;
  const written = new Date();
  const kept = [...given].filter(([name]) => name.startsWith("x-amz-meta-"));
  const headers = [...kept, ["etag", etag], ["last-modified", written.toUTCString()]] as const;
  const bytes = parts.reduce((sum, { length }) => sum + length, 0);
  return { parts, bytes, etag, written, headers: headers.map(([name, value]) => [name, value]) };
}

function refused({ headers }: Request, there: MemoryObject | undefined): boolean {
  const wanted = headers.get("if-match");
  if (headers.get("if-none-match") === "*" && there !== undefined) return true;
  return wanted !== null && wanted !== there?.etag;
}

function* piecesOf(
  parts: readonly Uint8Array<ArrayBuffer>[],
  start: number,
  end: number,
): Generator<Uint8Array<ArrayBuffer>, undefined> {
  let at = 0;
  for (const part of parts) {
    const [from, to] = [Math.max(start - at, 0), Math.min(end - at, part.length)];
    for (let next = from; next < to; next += PIECE_BYTES) {
      yield part.slice(next, Math.min(next + PIECE_BYTES, to));
    }
    at += part.length;
  }
}
