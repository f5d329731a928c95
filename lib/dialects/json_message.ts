/**
 * The messages of the `json` dialect: `[4-byte length][JSON object]`.
 *
 * @module
 */

import { concat } from "@std/bytes/concat";
import { FtError, protocolError } from "../base/errors.ts";
import { MAX_JSON_BYTES } from "../base/limits.ts";
import { delay } from "../base/signals.ts";
import { uint32s } from "../native/messages.ts";
import { type ByteReader, decodeUtf8 } from "../wire/byte_reader.ts";
import { readUint32 } from "../wire/frame.ts";
import { JsonFields, type JsonShape } from "./json_fields.ts";

const utf8 = new TextEncoder();
/** Characters that are escaped before other work gets a turn. */
const ESCAPE_STEP = 64 * 1024;

/**
 * Whether a short message is a JSON object with the key `command`. It is built for this, so the
 * caller bounds its size.
 */
export function isCommand(bytes: Uint8Array): boolean {
  try {
    const value: unknown = JSON.parse(decodeUtf8(bytes));
    return typeof value === "object" && value !== null && Object.hasOwn(value, "command");
  } catch {
    return false;
  }
}

/** The inside of a JSON string, ASCII only. */
function escapeAscii(text: string): string {
  return JSON.stringify(text).slice(1, -1).replaceAll(
    /[\u007f-\uffff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/**
 * Encodes a message. All its characters are ASCII, as existing peers count characters where the
 * length counts bytes.
 *
 * @returns The parts of the message, to be sent in order.
 * @throws `limit` if it is longer than {@linkcode MAX_JSON_BYTES}.
 */
export async function encodeJsonMessage(
  fields: Readonly<Record<string, string>>,
): Promise<Uint8Array<ArrayBuffer>[]> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  const add = (text: string) => {
    length += text.length;
    if (length > MAX_JSON_BYTES) throw new FtError("limit", "too large for a JSON message");
    parts.push(utf8.encode(text));
  };
  let before = "{";
  for (const [key, text] of Object.entries(fields)) {
    add(`${before}"${escapeAscii(key)}": "`);
    for (let at = 0; at < text.length; at += ESCAPE_STEP) {
      if (at > 0) await delay(0);
      add(escapeAscii(text.slice(at, at + ESCAPE_STEP)));
    }
    add('"');
    before = ", ";
  }
  add("}");
  return [uint32s(length), ...parts];
}

/**
 * Encodes an answer with a long text piece by piece, so that it is never held encoded as a whole.
 *
 * @param text UTF-8.
 * @returns The length of the whole message in bytes, and its pieces.
 * @throws `protocol` if the text is not UTF-8, `limit` if the message would be longer than
 *   {@linkcode MAX_JSON_BYTES}.
 */
export async function longAnswer(
  text: Uint8Array,
): Promise<{ length: number; pieces: Iterable<Uint8Array> }> {
  const head = utf8.encode('{"status": "Success", "response": "');
  const tail = utf8.encode('"}');
  let length = head.length + tail.length;
  let first = true;
  for (const piece of escapedPieces(text)) {
    if (!first) await delay(0);
    first = false;
    length += piece.length;
    if (length > MAX_JSON_BYTES) throw new FtError("limit", "too large for a JSON message");
  }
  function* pieces(): Generator<Uint8Array> {
    yield concat([uint32s(length), head]);
    for (const piece of escapedPieces(text)) yield utf8.encode(piece);
    yield tail;
  }
  return { length: length + 4, pieces: pieces() };
}

function* escapedPieces(text: Uint8Array): Generator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  try {
    for (let at = 0; at < text.length; at += ESCAPE_STEP) {
      yield escapeAscii(decoder.decode(text.subarray(at, at + ESCAPE_STEP), { stream: true }));
    }
    decoder.decode();
  } catch (cause) {
    if (cause instanceof TypeError) throw protocolError("not UTF-8", cause);
    throw cause;
  }
}

/**
 * Takes the length of the next message.
 *
 * @returns `null` if the stream ends before a message.
 * @throws `protocol` for a length above the cap.
 */
export async function readJsonLength(
  reader: ByteReader,
  signal?: AbortSignal,
): Promise<number | null> {
  if ((await reader.peek(1, signal)).length === 0) return null;
  const length = readUint32(await reader.readExactly(4, signal), 0);
  if (length <= MAX_JSON_BYTES) return length;
  throw protocolError(`a JSON message is longer than its cap: ${length} bytes`);
}

/**
 * Reads a message whose sender is trusted with its size. Fields outside the shape are not stored.
 *
 * @param progressed Called for each piece that arrives.
 * @returns `null` if the stream ends before a message.
 * @throws `protocol` for a length above the cap, and for anything but a flat object.
 */
export async function readJsonMessage(
  reader: ByteReader,
  shape: JsonShape,
  signal?: AbortSignal,
  progressed?: () => void,
): Promise<JsonFields | null> {
  const length = await readJsonLength(reader, signal);
  if (length === null) return null;
  const fields = new JsonFields(shape);
  for await (const piece of reader.body(length, signal)) {
    fields.push(piece);
    progressed?.();
  }
  fields.end();
  return fields;
}
