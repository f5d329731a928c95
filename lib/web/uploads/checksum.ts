/**
 * The digest of one request's part of an upload (tus 1.0, checksum: `Upload-Checksum`).
 *
 * @module
 */

import { createHash, type Hash } from "node:crypto";
import { HttpError } from "../http/http_error.ts";

/** The algorithms, the best one first, and the base64 characters of their digests. */
const ALGORITHMS: Readonly<Record<string, RegExp>> = {
  sha256: /^[A-Za-z\d+/]{43}=$/,
  sha1: /^[A-Za-z\d+/]{27}=$/,
  md5: /^[A-Za-z\d+/]{22}==$/,
};

/** The names of the algorithms, as `Tus-Checksum-Algorithm` lists them. */
export const CHECKSUM_ALGORITHMS = Object.keys(ALGORITHMS).join(",");

/** The digest that a part must have. */
export class Checksum {
  readonly #digest: string;
  readonly #hash: Hash;

  private constructor(algorithm: string, digest: string) {
    this.#digest = digest;
    this.#hash = createHash(algorithm);
  }

  /**
   * Reads the field of a request.
   *
   * @returns `undefined` without one.
   * @throws {HttpError} 400 for an algorithm that is not known, or something else than a digest.
   */
  static in(headers: Headers): Checksum | undefined {
    const field = headers.get("upload-checksum");
    if (field === null) return undefined;
    const [algorithm = "", digest = ""] = field.trim().split(/ +/);
    const known = Object.hasOwn(ALGORITHMS, algorithm) ? ALGORITHMS[algorithm] : undefined;
    if (known?.test(digest)) return new Checksum(algorithm, digest);
    throw new HttpError(400, `Upload-Checksum is not one of ${CHECKSUM_ALGORITHMS}`);
  }

  /** Adds the next bytes of the part. */
  update(bytes: Uint8Array): void {
    this.#hash.update(bytes);
  }

  /** @throws {HttpError} 460 if the part has another digest. */
  check(): void {
    if (this.#hash.digest("base64") === this.#digest) return;
    throw new HttpError(460, "this part does not match its Upload-Checksum", { code: "integrity" });
  }
}
