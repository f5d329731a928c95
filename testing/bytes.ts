/**
 * Joining, streaming and splitting bytes.
 *
 * @module
 */

import { concat } from "@std/bytes/concat";

/** One part after the other. */
export const joined = (...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> => concat(parts);

/** Returns a stream of chunks, which is a byte stream if `type` says so. */
export function streamOf(
  chunks: Iterable<Uint8Array>,
  type: "bytes" | "default" = "default",
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const left = [...chunks].filter((chunk) => chunk.length > 0).map((chunk) => chunk.slice());
  const pull = (
    controller:
      | ReadableByteStreamController
      | ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>,
  ) => {
    const next = left.shift();
    if (next !== undefined) return controller.enqueue(next as Uint8Array<ArrayBuffer>);
    controller.close();
    if ("byobRequest" in controller) controller.byobRequest?.respond(0);
  };
  return type === "bytes"
    ? new ReadableStream({ type, pull })
    : new ReadableStream<Uint8Array<ArrayBuffer>>({ pull }, { highWaterMark: 0 });
}

/** Yields every way to split bytes in two, and all bytes one by one. */
export function* splits(bytes: Uint8Array): Generator<Uint8Array[]> {
  for (let at = 0; at <= bytes.length; at++) yield [bytes.subarray(0, at), bytes.subarray(at)];
  yield [...bytes].map((byte) => new Uint8Array([byte]));
}
