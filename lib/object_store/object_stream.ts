/**
 * Reads an object from one place on, in a single request: a store needs several times as long for
 * many small ones.
 *
 * @module
 */

import type { S3Client, StoreRequest } from "./s3_client.ts";

/** Bytes requested from the answer at once. */
const CHUNK_BYTES = 256 * 1024;

/** A request whose answer is read as it is needed. Disposing it ends the request. */
export class ObjectStream implements AsyncDisposable {
  readonly #reader: ReadableStreamBYOBReader;
  /** One past the last byte of the answer. */
  readonly #end: number;
  #position: number;
  /** Lent to the runtime for each read, and returned. */
  #buffer = new ArrayBuffer(CHUNK_BYTES);

  private constructor(
    reader: ReadableStreamBYOBReader,
    [start, end]: readonly [start: number, end: number],
  ) {
    this.#reader = reader;
    this.#position = start;
    this.#end = end;
  }

  /**
   * Opens a stream.
   *
   * @param request Its headers have no range.
   * @param range From the first byte to the one after the last.
   */
  static async open(
    client: S3Client,
    request: StoreRequest,
    range: readonly [start: number, end: number],
  ): Promise<ObjectStream> {
    const [start, end] = range;
    const headers = { ...request.headers, range: `bytes=${start}-${end - 1}` };
    const { response } = await client.send({ ...request, headers });
    return new ObjectStream(response.body!.getReader({ mode: "byob" }), range);
  }

  /** Whether the next bytes are these. */
  isAt(offset: number, length: number): boolean {
    return offset === this.#position && offset + length <= this.#end;
  }

  /** Fills `into`. @returns Fewer bytes only at the end. @throws The error of the runtime. */
  async read(into: Uint8Array): Promise<number> {
    let filled = 0;
    while (filled < into.length) {
      const wanted = Math.min(CHUNK_BYTES, into.length - filled);
      const { value, done } = await this.#reader.read(new Uint8Array(this.#buffer, 0, wanted));
      if (value !== undefined) {
        into.set(value, filled);
        filled += value.length;
        this.#buffer = value.buffer as ArrayBuffer;
      }
      if (done) break;
    }
    this.#position += filled;
    return filled;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Best effort: nothing more is read from it.
    await this.#reader.cancel().catch(() => {});
  }
}
