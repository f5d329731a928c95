/**
 * An upload in parts: nothing of it is visible until it is completed, which is atomic.
 *
 * @module
 */

import { decodeName, resultOf } from "./answers.ts";
import { readEtag } from "./object_facts.ts";
import type { S3Client } from "./s3_client.ts";
import { parseAnswer } from "./xml.ts";

/** An unfinished upload in a listing. */
export interface UnfinishedUpload {
  readonly key: string;
  readonly id: string;
  /** When it was begun, in milliseconds since 1970. */
  readonly begunMs: number;
}

/** An upload in parts. */
export class Multipart {
  readonly id: string;
  readonly #client: S3Client;
  readonly #key: string;
  readonly #name: string | undefined;

  /** @param name The file, for errors. */
  constructor(client: S3Client, key: string, id: string, name?: string) {
    this.#client = client;
    this.#key = key;
    this.id = id;
    this.#name = name;
  }

  /** Begins an upload of an object with these headers. */
  static async begin(
    client: S3Client,
    key: string,
    headers: Readonly<Record<string, string>>,
    name?: string,
  ): Promise<Multipart> {
    const query = { uploads: "" };
    const text = await client.text({ method: "POST", key, query, headers, name });
    const id = parseAnswer(text).fields.get("UploadId") ?? "";
    return new Multipart(client, key, id, name);
  }

  /** Sends a part, which replaces an earlier one of this number. @returns Its entity tag. */
  async putPart(number: number, body: Uint8Array<ArrayBuffer>): Promise<string> {
    const { headers } = await this.#client.head({
      ...{ method: "PUT", key: this.#key, query: this.#part(number), body, name: this.#name },
    });
    return readEtag(headers.get("etag") ?? "");
  }

  /** Makes a part from bytes of an object in the store. @returns Its entity tag. */
  async copyPart(
    number: number,
    source: Readonly<Record<string, string>>,
    { start, end }: { readonly start: number; readonly end: number },
  ): Promise<string> {
    const text = await this.#client.text({
      ...{ method: "PUT", key: this.#key, query: this.#part(number), name: this.#name },
      headers: { ...source, "x-amz-copy-source-range": `bytes=${start}-${end - 1}` },
    });
    return readEtag(resultOf(text, this.#name).get("ETag") ?? "");
  }

  #part(number: number): Record<string, string> {
    return { partNumber: String(number), uploadId: this.id };
  }

  /**
   * Makes the object of these parts, in the order of their numbers.
   *
   * @param condition Headers such as `if-none-match`. @default none
   * @returns Its entity tag.
   * @throws `conflict` if the condition does not hold, or a part is another one by now.
   */
  async complete(
    etags: ReadonlyMap<number, string>,
    condition: Readonly<Record<string, string>> | undefined,
  ): Promise<string> {
    const parts = [...etags].sort(([a], [b]) => a - b).map(([number, etag]) =>
      `<Part><PartNumber>${number}</PartNumber><ETag>"${etag}"</ETag></Part>`
    );
    const text = await this.#client.text({
      ...{ method: "POST", key: this.#key, query: { uploadId: this.id }, name: this.#name },
      headers: { ...condition, "content-type": "application/xml" },
      body: `<CompleteMultipartUpload>${parts.join("")}</CompleteMultipartUpload>`,
    });
    return readEtag(resultOf(text, this.#name).get("ETag") ?? "");
  }

  /** Discards the parts. */
  async abort(): Promise<void> {
    await this.#client.head({
      ...{ method: "DELETE", key: this.#key, query: { uploadId: this.id } },
      accepted: [404],
    });
  }

  /** Lists the unfinished uploads of objects whose names begin so. */
  static async *unfinished(client: S3Client, prefix: string): AsyncGenerator<UnfinishedUpload> {
    let after: Record<string, string> | undefined = {};
    while (after !== undefined) {
      const query = { uploads: "", prefix, "encoding-type": "url", ...after };
      const text = await client.text({ method: "GET", query });
      const { fields, records } = parseAnswer(text, ["Upload"]);
      for (const record of records) {
        const key = decodeName(record.get("Key") ?? "");
        const begunMs = Date.parse(record.get("Initiated") ?? "") || 0;
        yield { key, id: record.get("UploadId") ?? "", begunMs };
      }
      after = fields.get("IsTruncated") !== "true" ? undefined : {
        "key-marker": decodeName(fields.get("NextKeyMarker") ?? ""),
        "upload-id-marker": fields.get("NextUploadIdMarker") ?? "",
      };
    }
  }
}
