/**
 * The operations on objects of one bucket that the store is made of.
 *
 * @module
 */

import { escape } from "@std/html/entities";
import { hash } from "node:crypto";
import { COPY_PART_BYTES, MAX_COPY_BYTES, OBJECTS_A_PAGE } from "../base/limits.ts";
import { decodeName, resultOf } from "./answers.ts";
import { copiedHeaders, factsOf, type ObjectFacts, readEtag } from "./object_facts.ts";
import { Multipart } from "./multipart.ts";
import type { S3Client } from "./s3_client.ts";
import { errorOf, unreachable } from "./store_error.ts";
import { ELEMENT, isIllegible, parseAnswer, type XmlRecord } from "./xml.ts";

/** An object, or a common beginning of several names, in a listing. */
export interface ListedObject {
  /** The name, or the common beginning with its `/`. */
  readonly key: string;
  /** Absent for a common beginning. */
  readonly object?: {
    readonly bytes: number;
    readonly etag: string;
    /** When the store wrote it, in milliseconds since 1970, as exactly as the store says. */
    readonly writtenMs: number;
  };
}

/** The objects to list. */
export interface ListRequest {
  /** The beginning of the names. */
  readonly prefix: string;
  /** Whether names with a further `/` are only counted as one. @default {false} */
  readonly flat?: boolean;
  /** The most objects of a single answer. @default several answers with all objects */
  readonly most?: number;
  /** The name after which to begin. @default the first one */
  readonly after?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A condition for writing an object. */
export type WriteCondition = { readonly absent: true } | { readonly etag: string } | undefined;

/**
 * The headers of a condition.
 *
 * @param bareTags Whether the store compares entity tags without quotes, as Ceph does for writes.
 */
export function conditionHeaders(
  condition: WriteCondition,
  bareTags = false,
): Record<string, string> {
  if (condition === undefined) return {};
  return "absent" in condition
    ? { "if-none-match": "*" }
    : { "if-match": bareTags ? condition.etag : `"${condition.etag}"` };
}

/** An object that was looked up. */
export interface FoundObject {
  readonly facts: ObjectFacts;
  readonly headers: Headers;
}

/** An object that was read whole. */
export interface SmallObject {
  readonly headers: Headers;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** One bucket. */
export class Bucket {
  readonly client: S3Client;
  readonly #bareTags: boolean;

  /** @param bareTags See {@linkcode conditionHeaders}. */
  constructor(client: S3Client, bareTags = false) {
    this.#bareTags = bareTags;
    this.client = client;
  }

  /** Looks an object up; `null` if there is none. */
  async find(key: string, name?: string, signal?: AbortSignal): Promise<FoundObject | null> {
    const request = { method: "HEAD", key, name, signal, accepted: [404] } as const;
    const { status, headers } = await this.client.head(request);
    if (status === 404) return null;
    return { facts: factsOf(headers, Number(headers.get("content-length") ?? 0)), headers };
  }

  /** Lists objects in the order of their names, page by page. */
  async *pages(request: ListRequest): AsyncGenerator<readonly ListedObject[]> {
    let text: Promise<string> | undefined = this.#page(request);
    while (text !== undefined) {
      const page: string = await text;
      const token = nextToken(page);
      // The store looks for the next page while this one is read.
      text = token === undefined || request.most !== undefined
        ? undefined
        : this.#page(request, token);
      // Its error counts when it is awaited, which may never be.
      text?.catch(() => {});
      const { records } = parseAnswer(page, ["Contents", "CommonPrefixes"]);
      yield records.map(listedObject).sort((a, b) => a.key < b.key ? -1 : 1);
    }
  }

  #page(request: ListRequest, token?: string): Promise<string> {
    const { prefix, flat = false, most = OBJECTS_A_PAGE, after, signal } = request;
    return this.client.text({
      method: "GET",
      query: {
        ...{ "list-type": "2", "encoding-type": "url", "max-keys": String(most), prefix },
        ...(flat ? {} : { delimiter: "/" }),
        ...(after === undefined ? {} : { "start-after": after }),
        ...(token === undefined ? {} : { "continuation-token": token }),
      },
      signal,
    });
  }

  /** Returns the first objects whose names begin so. */
  async first(prefix: string, most: number): Promise<readonly ListedObject[]> {
    for await (const page of this.pages({ prefix, flat: true, most })) return page;
    return [];
  }

  /** Writes an object. @returns Its entity tag. @throws `conflict` if the condition does not hold. */
  async put(
    key: string,
    body: Uint8Array<ArrayBuffer> | string,
    options: {
      readonly headers?: Headers | undefined;
      readonly condition?: WriteCondition;
      readonly name?: string | undefined;
    } = {},
  ): Promise<string> {
    const { headers, condition, name } = options;
    const answer = await this.client.head({
      ...{ method: "PUT", key, body, name },
      headers: {
        ...Object.fromEntries(headers ?? []),
        ...conditionHeaders(condition, this.#bareTags),
      },
    });
    return readEtag(answer.headers.get("etag") ?? "");
  }

  /** Reads a small object; `null` if there is none, or it is larger than `most` bytes. */
  async read(key: string, most: number): Promise<SmallObject | null> {
    const request = { method: "GET", key, accepted: [404] } as const;
    const { status, headers, response } = await this.client.send(request);
    if (status === 404 || !(Number(headers.get("content-length") ?? NaN) <= most)) {
      await response.body?.cancel();
      return null;
    }
    try {
      return { headers, bytes: await response.bytes() };
    } catch (cause) {
      throw unreachable(cause);
    }
  }

  /** Removes an object, if there is one. */
  async remove(key: string): Promise<void> {
    await this.client.head({ method: "DELETE", key, accepted: [404] });
  }

  /** Removes objects, many in one request. */
  async removeMany(keys: readonly string[]): Promise<void> {
    for (const key of keys.filter(isIllegible)) await this.remove(key);
    const named = keys.filter((key) => !isIllegible(key));
    for (let at = 0; at < named.length; at += OBJECTS_A_PAGE) {
      const objects = named.slice(at, at + OBJECTS_A_PAGE).map((key) =>
        // A parser would read another line end instead.
        `<Object><Key>${escape(key).replaceAll("\r", "&#13;")}</Key></Object>`
      );
      const body = `<Delete><Quiet>true</Quiet>${objects.join("")}</Delete>`;
      const text = await this.client.text({
        ...{ method: "POST", query: { delete: "" }, body, repeatable: true },
        headers: { "content-md5": hash("md5", body, "base64"), "content-type": "application/xml" },
      });
      const [failed] = parseAnswer(text, ["Error"]).records;
      if (failed !== undefined) {
        const [code, message] = [failed.get("Code") ?? "", failed.get("Message") ?? ""];
        throw errorOf({ status: 200, code, message });
      }
    }
  }

  /**
   * Copies an object inside the store.
   *
   * @param found The object, as it was looked up; another version is a `conflict`.
   * @param changed Metadata to have instead. @default that of the object
   * @returns The entity tag of the copy.
   */
  async copy(
    from: string,
    { facts, headers }: FoundObject,
    to: string,
    { changed, name }: { readonly changed?: Headers; readonly name?: string } = {},
  ): Promise<string> {
    const source = {
      "x-amz-copy-source": this.client.sourceOf(from),
      "x-amz-copy-source-if-match": `"${facts.etag}"`,
    };
    if (facts.bytes > MAX_COPY_BYTES) {
      const kept = copiedHeaders(headers, changed);
      const unchanged = async () => (await this.find(from, name))?.facts.etag === facts.etag;
      return await this.#copyLarge(source, facts.bytes, { to, headers: kept, name, unchanged });
    }
    const replaced = changed === undefined ? {} : {
      "x-amz-metadata-directive": "REPLACE",
      ...copiedHeaders(headers, changed),
    };
    const text = await this.client.text({
      ...{ method: "PUT", key: to, name },
      headers: { ...source, ...replaced },
    });
    return readEtag(resultOf(text, name).get("ETag") ?? "");
  }

  async #copyLarge(
    source: Readonly<Record<string, string>>,
    bytes: number,
    { to, headers, name, unchanged }: {
      readonly to: string;
      readonly headers: Record<string, string>;
      readonly name: string | undefined;
      readonly unchanged: () => Promise<boolean>;
    },
  ): Promise<string> {
    const upload = await Multipart.begin(this.client, to, headers, name);
    try {
      const etags = new Map<number, string>();
      for (let start = 0; start < bytes; start += COPY_PART_BYTES) {
        const number = start / COPY_PART_BYTES + 1;
        const end = Math.min(start + COPY_PART_BYTES, bytes);
        etags.set(number, await upload.copyPart(number, source, { start, end }));
      }
      // Not every store heeds the condition for a part.
      if (!await unchanged()) throw errorOf({ status: 412, code: "", message: "" }, name);
      return await upload.complete(etags, undefined);
    } catch (error) {
      await upload.abort().catch(() => {});
      throw error;
    }
  }
}

/** Where the next page of a listing begins, found without parsing all names first. */
function nextToken(page: string): string | undefined {
  if (!/<IsTruncated>\s*true\s*</.test(page)) return undefined;
  const element = /<NextContinuationToken>[^<]*<\/NextContinuationToken>/.exec(page)?.[0];
  if (element === undefined) return undefined;
  return parseAnswer(`<a>${element}</a>`).fields.get("NextContinuationToken");
}

function listedObject(record: XmlRecord): ListedObject {
  const text = (name: string) => record.get(name) ?? "";
  if (record.get(ELEMENT) === "CommonPrefixes") return { key: decodeName(text("Prefix")) };
  const writtenMs = Date.parse(text("LastModified")) || 0;
  const object = { bytes: Number(text("Size")), etag: readEtag(text("ETag")), writtenMs };
  return { key: decodeName(text("Key")), object };
}
