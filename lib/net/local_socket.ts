/**
 * Unix sockets that answer each connection with one text. File permissions control the access.
 *
 * @module
 */

import { LimitedBytesTransformStream } from "@std/streams/limited-bytes-transform-stream";
import { toText } from "@std/streams/to-text";
import { FtError } from "../base/errors.ts";
import { asFtError } from "../base/os_errors.ts";
import { isLongerThan } from "../base/text.ts";
import type { AcceptOptions } from "./accept_loop.ts";
import { serveOperator } from "./operator_socket.ts";

/** The maximum length of an answer in bytes, unless its reader allows more. */
const MAX_TEXT_BYTES = 1 << 20;

/**
 * Answers on a socket that only the current user can open. Disposing stops it and removes the socket.
 *
 * @param path An existing file is replaced: the caller must know that no server uses it.
 * @param answer Called for each connection.
 * @throws `limit` for a path that is too long (about 100 bytes), `not_allowed`.
 */
export async function answerLocally(
  path: string,
  answer: () => string,
  options: AcceptOptions = {},
): Promise<AsyncDisposable> {
  await Deno.remove(path).catch(() => {});
  const listener = listenAt(path);
  await Deno.chmod(path, 0o600);
  const serving = serveOperator(listener, { ...options, where: path }, async (conn) => {
    await new Blob([answer()]).stream().pipeTo(conn.writable);
  });
  return {
    async [Symbol.asyncDispose]() {
      await serving[Symbol.asyncDispose]();
      await Deno.remove(path).catch(() => {});
    },
  };
}

function listenAt(path: string): Deno.UnixListener {
  try {
    return Deno.listen({ transport: "unix", path });
  } catch (error) {
    throw socketError(error, path, `Cannot listen on ${path}`);
  }
}

/** The shortest limit of any system for the path of a socket (macOS). */
const SURE_PATH_BYTES = 103;

function socketError(error: unknown, path: string, doing: string): FtError {
  // The system reports a path that is too long only as an invalid one.
  const invalid = (error as { code?: unknown }).code === "EINVAL";
  if (!invalid || !isLongerThan(path, SURE_PATH_BYTES)) return asFtError(error, doing);
  return new FtError("limit", `${doing}: name too long for a socket`, { cause: error });
}

/**
 * Returns the answer of a socket.
 *
 * @param maxBytes The maximum length of the answer. @default 1 MiB
 * @throws `not_found` if there is no socket, `network` if no server answers, `limit` for an answer
 *   that is too long.
 */
export async function askLocally(path: string, maxBytes = MAX_TEXT_BYTES): Promise<string> {
  try {
    using conn = await Deno.connect({ transport: "unix", path });
    const limit = new LimitedBytesTransformStream(maxBytes, { error: true });
    return await toText(conn.readable.pipeThrough(limit));
  } catch (error) {
    if (error instanceof RangeError) {
      throw new FtError("limit", `the answer at ${path} is too long`, { cause: error });
    }
    throw socketError(error, path, `Cannot read from ${path}`);
  }
}
