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

const utf8 = new TextEncoder();
/** Characters that are escaped before other work gets a turn. */
const ESCAPE_STEP = 64 * 1024;

/** The fields of a message. */
export type JsonFields = Readonly<Record<string, unknown>>;

/** Parses a JSON object; returns `null` if the bytes are not one. */
export function parseFields(bytes: Uint8Array): JsonFields | null {
  try {
    const value: unknown = JSON.parse(decodeUtf8(bytes));
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? value as JsonFields
      : null;
  } catch {
    return null;
  }
}

/** Whether bytes are a JSON object with the key `command`. */
export function isCommand(bytes: Uint8Array): boolean {
  const fields = parseFields(bytes);
  return fields !== null && Object.hasOwn(fields, "command");
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
 * Reads the JSON of a message.
 *
 * @param progressed Called for each piece that arrives.
 * @returns `null` if the stream ends before a message.
 * @throws `protocol` for a length above the cap, before memory is allocated for it.
 */
export async function readJsonMessage(
  reader: ByteReader,
  signal?: AbortSignal,
  progressed?: () => void,
): Promise<Uint8Array<ArrayBuffer> | null> {
  if ((await reader.peek(1, signal)).length === 0) return null;
  const length = readUint32(await reader.readExactly(4, signal), 0);
  if (length > MAX_JSON_BYTES) {
    throw protocolError(`a JSON message is longer than its cap: ${length} bytes`);
  }
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  // Memory is allocated as bytes arrive: a peer could announce more than it ever sends.
  for await (const piece of reader.body(length, signal)) {
    pieces.push(piece.slice());
    progressed?.();
  }
  return concat(pieces);
}
