/**
 * The receipts of one login.
 *
 * @module
 */

import { FtError, notFound } from "../base/errors.ts";
import { RECEIPT_BURST, RECEIPTS_PER_SECOND } from "../base/limits.ts";
import type { Signer } from "../base/signer.ts";
import { TokenBucket } from "../base/token_bucket.ts";
import type { LoginReceipts } from "../dialects/dialect.ts";
import { type Receipt, signReceipt } from "../native/receipts.ts";
import type { FileInfo, Files } from "../service/files.ts";

/** The identity of a server, as it signs. */
export interface ServerSigner extends Signer {
  /** The fingerprint. */
  readonly pin: string;
}

/** Signs what is stored, as the files of the login show it. */
export class UserReceipts implements LoginReceipts {
  readonly #files: Files;
  readonly #user: string;
  readonly #signer: () => Promise<ServerSigner>;
  readonly #allowance = new TokenBucket({
    ...{ burst: RECEIPT_BURST, perSecond: RECEIPTS_PER_SECOND, what: "receipts" },
  });

  constructor(files: Files, user: string, signer: () => Promise<ServerSigner>) {
    this.#files = files;
    this.#user = user;
    this.#signer = signer;
  }

  async make(path: string, root: string, signal: AbortSignal): Promise<Receipt> {
    this.#allowance.take(performance.now());
    const info = await this.#infoOf(path, signal);
    if (info.root !== root) {
      throw new FtError("conflict", `changed meanwhile: ${path}`, { name: path });
    }
    const { path: name, bytes, sha256 } = info;
    const signer = await this.#signer();
    const facts = { name, bytes, root, sha256, user: this.#user, at: new Date().toISOString() };
    return signReceipt({ ...facts, server: signer.pin }, signer);
  }

  /** The facts of a file with its root, which is computed if it is not known. */
  async #infoOf(path: string, signal: AbortSignal): Promise<FileInfo> {
    for await (const result of this.#files.statMany([path], { signal })) {
      if ("error" in result) throw result.error;
      return result.value;
    }
    throw notFound(path);
  }
}
