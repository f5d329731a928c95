/**
 * The body of a request, read on demand.
 *
 * @module
 */

import { anySignal } from "../../base/signals.ts";
import type { ByteReader } from "../../wire/byte_reader.ts";
import type { BodyFraming } from "./body_framing.ts";
import { type BodySource, SizedSource } from "./body_source.ts";
import { ChunkedSource } from "./chunked.ts";
import { HttpError } from "./http_error.ts";

/** Follows the reading of a body. */
export interface BodyWatch {
  /** Called before the first byte is read: the client may wait for `100 Continue`. */
  begin(): Promise<void>;
  /** Aborts when the body must not be read any longer. */
  readonly signal: AbortSignal;
  /** Called when the client is waited for. */
  waiting(): void;
  /** Called when bytes have arrived. */
  arrived(bytes: number): void;
}

/** The body of a request. */
export class RequestBody {
  readonly #source: BodySource;
  readonly #watch: BodyWatch;
  #begun: Promise<void> | undefined;

  /**
   * Creates the body of a request.
   *
   * @param length Its size in bytes; `undefined` if it is not known in advance.
   */
  constructor(source: BodySource, public readonly length: number | undefined, watch: BodyWatch) {
    this.#source = source;
    this.#watch = watch;
  }

  /** Whether nothing more can be read. */
  get ended(): boolean {
    return this.#source.ended;
  }

  /** Whether reading has begun. */
  get begun(): boolean {
    return this.#begun !== undefined;
  }

  /**
   * Fills a view, unless the body ends before.
   *
   * @returns The number of bytes.
   * @throws `network` if the connection ends in the body, {@linkcode HttpError} if it is too slow.
   */
  async readInto(view: Uint8Array): Promise<number> {
    let filled = 0;
    while (filled < view.length) {
      const piece = await this.readSome(view.length - filled);
      if (piece === null) break;
      view.set(piece, filled);
      filled += piece.length;
    }
    return filled;
  }

  /**
   * Reads a small body as a whole.
   *
   * @throws {HttpError} 413 for one above `maxBytes`, and as {@linkcode RequestBody.readInto}.
   */
  async bytes(maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
    const tooLarge = () => new HttpError(413, `the body is larger than ${maxBytes} bytes`);
    if (this.length !== undefined && this.length > maxBytes) throw tooLarge();
    const view = new Uint8Array(Math.min(maxBytes, this.length ?? maxBytes));
    const filled = await this.readInto(view);
    if (!this.ended && await this.readSome(1) !== null) throw tooLarge();
    return view.subarray(0, filled);
  }

  /** Skips the rest of the body. @returns Whether it had at most `maxBytes`. */
  async skip(maxBytes: number): Promise<boolean> {
    if (this.length !== undefined && this.length > maxBytes && !this.begun) return false;
    for (let left = maxBytes; !this.ended;) {
      const piece = await this.readSome(left + 1);
      if (piece === null) return true;
      left -= piece.length;
      if (left < 0) return false;
    }
    return true;
  }

  /**
   * Reads 1 to `max` bytes, valid until the next call.
   *
   * @param stop Ends the wait.
   * @returns `null` at the end of the body.
   * @throws As {@linkcode RequestBody.readInto}; the reason of `stop`.
   */
  async readSome(max: number, stop?: AbortSignal): Promise<Uint8Array | null> {
    if (this.ended) return null;
    await (this.#begun ??= this.#watch.begin());
    this.#watch.waiting();
    const piece = await this.#source.readSome(max, anySignal(this.#watch.signal, stop));
    this.#watch.arrived(piece?.length ?? 0);
    return piece;
  }
}

/** Creates the source of a body on a connection. */
export function bodySource(reader: ByteReader, framing: BodyFraming): BodySource {
  if (framing.kind === "chunked") return new ChunkedSource(reader);
  return new SizedSource(reader, framing.kind === "length" ? framing.bytes : 0);
}
