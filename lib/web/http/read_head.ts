/**
 * Reads the head of a request from a connection.
 *
 * @module
 */

import { MAX_WEB_HEAD_BYTES } from "../../base/limits.ts";
import type { ByteReader } from "../../wire/byte_reader.ts";
import { badRequest, HttpError } from "./http_error.ts";
import { parseHead, type RequestHead } from "./request_head.ts";

const CR = 13;
const LF = 10;
/** Empty lines before a request, which some clients send (RFC 9112, 2.2). */
const MAX_EMPTY_LINES = 2;

/**
 * Reads a head whose first byte has arrived.
 *
 * @throws {HttpError} For an invalid head, see {@linkcode parseHead}.
 */
export async function readHead(reader: ByteReader, signal: AbortSignal): Promise<RequestHead> {
  await skipEmptyLines(reader, signal);
  for (let searched = 0;;) {
    const bytes = reader.peekBuffered();
    const end = endOfHead(bytes, searched);
    if (end > MAX_WEB_HEAD_BYTES || (end < 0 && bytes.length > MAX_WEB_HEAD_BYTES)) {
      throw new HttpError(431, `the head is longer than ${MAX_WEB_HEAD_BYTES} bytes`);
    }
    if (end >= 0) return parseHead(reader.takeBuffered(end)!);
    // The end may have begun in the bytes that were searched.
    searched = Math.max(0, bytes.length - 3);
    if (!await reader.fill(signal)) throw badRequest("it is not complete");
  }
}

async function skipEmptyLines(reader: ByteReader, signal: AbortSignal): Promise<void> {
  for (let lines = 0; lines < MAX_EMPTY_LINES; lines++) {
    const start = await reader.peek(2, signal);
    if (start[0] !== CR || start[1] !== LF) return;
    reader.takeBuffered(2);
  }
}

/** The index behind the empty line, also of one without CR, which is refused later; or -1. */
function endOfHead(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(LF, from); at !== -1; at = bytes.indexOf(LF, at + 1)) {
    const next = bytes[at + 1] === CR ? at + 2 : at + 1;
    if (bytes[next] === LF) return next + 1;
  }
  return -1;
}
