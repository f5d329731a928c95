/**
 * The digests that a request announces: those of the blocks that end in its part
 * (`Upload-Block-Digests`), and the root of the whole file (`Upload-Root`). Unlike with a digest of
 * the part, the blocks count that arrive before the part is cut, and nothing is hashed twice.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { BLOCK_BYTES } from "../../base/limits.ts";
import { DIGEST_BYTES, sameDigest } from "../../blocks/manifest.ts";
import { HttpError } from "../http/http_error.ts";

/** Announced digests. */
export class AnnouncedDigests {
  readonly #first: number;
  readonly #digests: Uint8Array | undefined;
  /** The root of the whole file, in lower-case hex. @default it is not announced */
  readonly root: string | undefined;

  private constructor(first: number, digests: Uint8Array | undefined, root: string | undefined) {
    this.#first = first;
    this.#digests = digests;
    this.root = root;
  }

  /**
   * Reads the fields of a request.
   *
   * @param offset That of the part.
   * @throws {HttpError} 400 for something else than digests.
   */
  static in(headers: Headers, offset: number): AnnouncedDigests {
    const digests = digestsIn(headers.get("upload-block-digests"));
    const root = headers.get("upload-root")?.toLowerCase();
    if (root !== undefined && !/^[\da-f]{64}$/.test(root)) {
      throw new HttpError(400, "Upload-Root has not 64 hex digits");
    }
    return new AnnouncedDigests(Math.floor(offset / BLOCK_BYTES), digests, root);
  }

  /**
   * Compares a block that is complete.
   *
   * @throws {HttpError} 460 if it is another one, 400 if there is no digest of it.
   */
  check(index: number, digest: Uint8Array): void {
    if (this.#digests === undefined) return;
    const at = (index - this.#first) * DIGEST_BYTES;
    const announced = this.#digests.subarray(at, at + DIGEST_BYTES);
    if (announced.length === 0) throw new HttpError(400, "Upload-Block-Digests lacks a block");
    if (sameDigest(announced, digest)) return;
    const message = `block ${index} does not match its Upload-Block-Digests`;
    throw new HttpError(460, message, { code: "integrity" });
  }
}

function digestsIn(field: string | null): Uint8Array | undefined {
  if (field === null) return undefined;
  const bytes = new Uint8Array(Buffer.from(field, "base64"));
  const valid = /^[A-Za-z\d+/]*={0,2}$/.test(field) && bytes.length % DIGEST_BYTES === 0;
  if (valid) return bytes;
  throw new HttpError(400, "Upload-Block-Digests are no SHA-256 digests in base64");
}
