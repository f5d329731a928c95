/**
 * Unix sockets that answer each connection with one text. File permissions control the access.
 *
 * @module
 */

import { LimitedBytesTransformStream } from "@std/streams/limited-bytes-transform-stream";
import { toText } from "@std/streams/to-text";
import { FtError } from "../base/errors.ts";
import { asFtError } from "../base/os_errors.ts";
import { MAX_PATH_BYTES } from "../base/limits.ts";
import { isLongerThan } from "../base/text.ts";
import type { AcceptOptions } from "./accept_loop.ts";
import { serveOperator } from "./operator_socket.ts";

/** The maximum length of an answer in bytes, unless its reader allows more. */
const MAX_TEXT_BYTES = 1 << 20;

/** A question, which is a path, is shorter. */
const MAX_QUESTION_BYTES = MAX_PATH_BYTES + 1;

/**
 * Answers on a socket that only the current user can open. Disposing stops it and removes the socket.
 *
 * @param path An existing file is replaced: the caller must know that no server uses it.
 * @param answer Called for each connection.
 * @throws `limit` for a path that is too long (about 100 bytes), `not_allowed`.
 */
export function answerLocally(
  path: string,
  answer: () => string,
  options: AcceptOptions = {},
): Promise<AsyncDisposable> {
  return serveLocally(path, options, async (conn) => {
    await new Blob([answer()]).stream().pipeTo(conn.writable);
  });
}

/**
 * Answers one question for each connection. Otherwise as {@linkcode answerLocally}.
 *
 * @param answer Called with what the client sends until it closes its side, which is at most
 *   a path.
 */
export function answerQuestions(
  path: string,
  answer: (question: string) => Promise<string>,
  options: AcceptOptions = {},
): Promise<AsyncDisposable> {
  return serveLocally(path, options, async (conn) => {
    await new Blob([await answer(await questionFrom(conn))]).stream().pipeTo(conn.writable);
  });
}

/** Not by streams: at the end of what they read they close the whole socket. */
async function questionFrom(conn: Deno.UnixConn): Promise<string> {
  const bytes = new Uint8Array(MAX_QUESTION_BYTES);
  let length = 0;
  for (let read; (read = await conn.read(bytes.subarray(length))) !== null;) {
    length += read;
    if (length === bytes.length) throw new FtError("limit", "the question is too long");
  }
  return new TextDecoder().decode(bytes.subarray(0, length));
}

async function serveLocally(
  path: string,
  options: AcceptOptions,
  serve: (conn: Deno.UnixConn) => Promise<void>,
): Promise<AsyncDisposable> {
  await Deno.remove(path).catch(() => {});
  const listener = listenAt(path);
  await Deno.chmod(path, 0o600);
  const serving = serveOperator(listener, { ...options, where: path }, serve);
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

/** Options of {@linkcode askLocally}. */
export interface AskOptions {
  /** The maximum length of the answer. @default 1 MiB */
  readonly maxBytes?: number | undefined;
  /** Sent first. @default the socket answers without one */
  readonly question?: string | undefined;
}

/**
 * Returns the answer of a socket.
 *
 * @throws `not_found` if there is no socket, `network` if no server answers, `limit` for an answer
 *   that is too long.
 */
export async function askLocally(
  path: string,
  { maxBytes = MAX_TEXT_BYTES, question }: AskOptions = {},
): Promise<string> {
  try {
    using conn = await Deno.connect({ transport: "unix", path });
    if (question !== undefined) {
      const writer = conn.writable.getWriter();
      await writer.write(new TextEncoder().encode(question));
      writer.releaseLock();
      await conn.closeWrite();
    }
    const limit = new LimitedBytesTransformStream(maxBytes, { error: true });
    return await toText(conn.readable.pipeThrough(limit));
  } catch (error) {
    if (error instanceof RangeError) {
      throw new FtError("limit", `the answer at ${path} is too long`, { cause: error });
    }
    throw socketError(error, path, `Cannot read from ${path}`);
  }
}
