/**
 * Bytes, put together and taken apart.
 *
 * @module
 */

import { concat } from "@std/bytes/concat";

/** One part after the other. */
export const joined = (...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> => concat(parts);

/** A stream that gives its chunks one by one: a byte stream, or one that cannot lend buffers. */
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

/** Every way to cut bytes in two, and each byte alone. */
export function* splits(bytes: Uint8Array): Generator<Uint8Array[]> {
  for (let at = 0; at <= bytes.length; at++) yield [bytes.subarray(0, at), bytes.subarray(at)];
  yield [...bytes].map((byte) => new Uint8Array([byte]));
}
