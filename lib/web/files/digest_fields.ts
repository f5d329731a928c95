/**
 * Digests of content in header fields (RFC 9530), and the older `Content-MD5`.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { createHash, type Hash } from "node:crypto";
import type { FileInfo } from "../../service/files.ts";
import type { Exchange } from "../door/exchange.ts";
import { HttpError } from "../http/http_error.ts";
import type { Place } from "./place.ts";

/**
 * Returns the digest of a file where it is known, or where the client wants it to be computed.
 *
 * @throws What computing it throws.
 */
export async function digestFields(
  { headers, signal }: Pick<Exchange, "headers" | "signal">,
  { files, path }: Place,
  { sha256 }: FileInfo,
): Promise<readonly (readonly [string, string])[]> {
  const wanted = /\bsha-256=([1-9]|10)\b/.test(headers.get("want-repr-digest") ?? "");
  const sum = sha256 ?? (wanted ? await files.sum(path, "sha256", { signal }) : undefined);
  return sum === undefined ? [] : [["repr-digest", reprDigest(sum)]];
}

/** Formats a SHA-256, given in hex, as `Repr-Digest`. */
export function reprDigest(sha256: string): string {
  return `sha-256=:${Buffer.from(sha256, "hex").toString("base64")}:`;
}

interface Expected {
  readonly field: string;
  readonly digest: string;
  readonly hash: Hash;
}

/** The digests that a client says its content has. */
export class ExpectedDigests {
  readonly #expected: readonly Expected[];

  /** @throws {HttpError} 400 for a field that cannot be understood. */
  constructor(headers: Headers) {
    this.#expected = [
      ...expectedIn(headers, "repr-digest"),
      ...expectedIn(headers, "content-digest"),
      ...expectedMd5(headers.get("content-md5")),
    ];
  }

  /** Adds the next bytes of the content. */
  update(bytes: Uint8Array): void {
    for (const { hash } of this.#expected) hash.update(bytes);
  }

  /** @throws {HttpError} 422 if the content has another digest. */
  check(): void {
    for (const { field, digest, hash } of this.#expected) {
      if (hash.digest("base64") === digest) continue;
      throw new HttpError(422, `the content does not match its ${field}`, { code: "integrity" });
    }
  }
}

/** The SHA-256 in a digest field. Other algorithms are ignored, as the RFC wants. */
function expectedIn(headers: Headers, field: string): Expected[] {
  const value = headers.get(field);
  if (value === null || !/\bsha-256=/.test(value)) return [];
  const [, digest] = /(?:^|,)\s*sha-256=:([A-Za-z\d+/]{43}=):/.exec(value) ?? [];
  if (digest === undefined) throw new HttpError(400, `invalid ${field}`);
  return [{ field, digest, hash: createHash("sha256") }];
}

function expectedMd5(value: string | null): Expected[] {
  if (value === null) return [];
  if (!/^[A-Za-z\d+/]{22}==$/.test(value)) throw new HttpError(400, "invalid content-md5");
  return [{ field: "content-md5", digest: value, hash: createHash("md5") }];
}
