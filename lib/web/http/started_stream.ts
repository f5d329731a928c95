/**
 * A body that has begun: an error before its first piece is not one in the middle of an answer.
 *
 * @module
 */

/**
 * Takes the first piece, and streams it with the others.
 *
 * @returns The pieces, each requested only when the one before was sent. Cancelling ends the
 *   generator, wherever it is.
 * @throws The generator's error, if it has no first piece.
 */
export async function startedStream(
  pieces: AsyncGenerator<Uint8Array<ArrayBuffer>, void>,
): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
  let first: IteratorResult<Uint8Array<ArrayBuffer>, void> | undefined = await pieces.next();
  return new ReadableStream({
    async pull(controller) {
      const { value } = first ?? await pieces.next();
      first = undefined;
      if (value === undefined) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await pieces.return();
    },
  }, { highWaterMark: 0 });
}
