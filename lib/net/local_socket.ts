/**
 * A socket in the file system, for those on this machine who may open it: each who connects gets
 * one text, and the connection ends.
 *
 * @module
 */

import { LimitedBytesTransformStream } from "@std/streams/limited-bytes-transform-stream";
import { toText } from "@std/streams/to-text";
import { FtError } from "../base/errors.ts";
import { asFtError } from "../base/os_errors.ts";

/** Bytes of a text that are taken, at most. */
const MAX_TEXT_BYTES = 1 << 20;

/**
 * Answers at a path until disposed, which removes the socket.
 *
 * @param path A socket that stands there is replaced: the caller knows that nobody answers there.
 * @param answer Makes the text for each who asks.
 * @throws What the runtime throws, as for a path longer than the system allows (about 100 bytes).
 */
export async function answerLocally(path: string, answer: () => string): Promise<AsyncDisposable> {
  await Deno.remove(path).catch(() => {});
  const listener = Deno.listen({ transport: "unix", path });
  await Deno.chmod(path, 0o600);
  const ended = answerAll(listener, answer);
  return {
    async [Symbol.asyncDispose]() {
      listener.close();
      await ended;
      await Deno.remove(path).catch(() => {});
    },
  };
}

async function answerAll(listener: Deno.UnixListener, answer: () => string): Promise<void> {
  for await (const conn of listener) {
    try {
      await new Blob([answer()]).stream().pipeTo(conn.writable);
    } catch {
      // Who asked has gone: there is nobody to tell.
    }
  }
}

/**
 * Asks at a path.
 *
 * @throws `not_found` when nothing is there, `network` when nobody answers, `limit` for a text that
 *   does not end.
 */
export async function askLocally(path: string): Promise<string> {
  try {
    using conn = await Deno.connect({ transport: "unix", path });
    const limit = new LimitedBytesTransformStream(MAX_TEXT_BYTES, { error: true });
    return await toText(conn.readable.pipeThrough(limit));
  } catch (error) {
    if (error instanceof RangeError) {
      throw new FtError("limit", `the answer at ${path} is too long`, { cause: error });
    }
    throw asFtError(error, `Cannot ask at ${path}`);
  }
}
