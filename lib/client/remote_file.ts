/**
 * A file on a server that is about to be downloaded.
 *
 * @module
 */

import { concat } from "@std/bytes/concat";
import { FtError } from "../base/errors.ts";
import { MAX_COLLECTED_BYTES } from "../base/limits.ts";
import type { CallOptions } from "../service/files.ts";
import type { Remote } from "./remote/remote.ts";
import type { TransferOptions } from "./remote/transfer_context.ts";
import type { ExistingTarget, OnTransferEvent, TransferResult } from "./remote/transfer_events.ts";
import { getFiles } from "./transfer/get/get_files.ts";
import { soleResult } from "./sole_result.ts";

/** Options of collecting a whole file in memory. */
export interface CollectOptions extends CallOptions {
  /** A longer file is refused. @default {MAX_COLLECTED_BYTES} */
  readonly maxBytes?: number;
}

/** Options of downloading to a local file. */
export interface SaveOptions extends CallOptions {
  /** Handling of a file that has other content. @default {"refuse"} */
  readonly existing?: ExistingTarget;
  /** Receives progress. @default none */
  readonly onEvent?: OnTransferEvent;
}

/** A file on a server. Nothing is requested before one of its methods is called. */
export class RemoteFile {
  readonly #open: () => Promise<Remote>;
  readonly #options: TransferOptions & { readonly retries: number };
  /** Its name on the server. */
  readonly name: string;

  /** @internal */
  constructor(
    open: () => Promise<Remote>,
    name: string,
    options: TransferOptions & { readonly retries: number },
  ) {
    this.#open = open;
    this.name = name;
    this.#options = options;
  }

  /**
   * The content, verified block by block as it arrives. Cancelling the stream, or aborting the
   * signal, ends the download. The stream fails with `not_found`, with `conflict` if the file changes
   * after content was read, and with the errors of the connection.
   */
  stream({ signal }: CallOptions = {}): ReadableStream<Uint8Array> {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const request = { ...this.#request(), dir: ".", sink: writable };
    // The stream fails with the same error.
    getFiles(this.#open, request, () => {}, signal).catch(() => {});
    return readable;
  }

  /** The whole content. @throws As {@linkcode stream}; `limit` if it is too long. */
  async bytes(options: CollectOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
    const { maxBytes = MAX_COLLECTED_BYTES } = options;
    const pieces: Uint8Array[] = [];
    let length = 0;
    for await (const piece of this.stream(options)) {
      length += piece.length;
      if (length > maxBytes) {
        const message = `longer than ${maxBytes} bytes: ${this.name}`;
        throw new FtError("limit", message, { name: this.name, retryable: false });
      }
      // The block's buffer is used again.
      pieces.push(piece.slice());
    }
    return concat(pieces);
  }

  /** The whole content as text in UTF-8. @throws As {@linkcode bytes}. */
  async text(options?: CollectOptions): Promise<string> {
    return new TextDecoder().decode(await this.bytes(options));
  }

  /**
   * Downloads to a local file, and resumes an earlier attempt.
   *
   * @throws `conflict` if the file exists with other content, `integrity`, `not_found`, and the errors
   *   of the connection and the disk.
   */
  async to(path: string, options: SaveOptions = {}): Promise<TransferResult> {
    const { existing = "refuse", onEvent = () => {}, signal } = options;
    const request = { ...this.#request(), existing, dir: ".", output: path };
    return soleResult(await getFiles(this.#open, request, onEvent, signal));
  }

  #request() {
    return { ...this.#options, names: [this.name], recursive: false, transfers: 1 };
  }
}
