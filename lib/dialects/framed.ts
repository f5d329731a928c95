/**
 * The `framed` dialect: frames with a four-letter type, files with their SHA-256, broadcasts
 * between them.
 *
 * @module
 */

import { protocolError } from "../base/errors.ts";
import { MAX_MESSAGE_BYTES, MAX_PATH_BYTES, MAX_SKIPPED_FRAME_BYTES } from "../base/limits.ts";
import type { ByteReader } from "../wire/byte_reader.ts";
import { encodeFrame, encodeFrameHeader, FRAME_HEADER_BYTES, readUint32 } from "../wire/frame.ts";
import {
  type PersistentSession,
  sendFile,
  servePersistent,
  type Wording,
} from "./persistent_session.ts";
import type { Dialect } from "./dialect.ts";
import { beginsWithFrame } from "./first_bytes.ts";
import { encodeNameAndSize } from "./name_fields.ts";
import { sendContent } from "./outgoing_file.ts";
import { refusal } from "./refusal.ts";

const utf8 = new TextEncoder();
const utf8Lenient = new TextDecoder("utf-8", { ignoreBOM: true });

/** The reason by which existing clients recognise a missing file. */
const NOT_FOUND = "Arquivo não encontrado";

/** A frame's header; of any type, as unknown types are skipped. */
export interface AnyFrameHeader {
  readonly type: string;
  /** Bytes in the payload; exact up to 2^53, and imprecise but large above. */
  readonly length: number;
}

/** Decodes the twelve bytes before a payload. */
export function decodeAnyHeader(bytes: Uint8Array): AnyFrameHeader {
  const type = String.fromCharCode(...bytes.subarray(8, 12));
  return { type, length: readUint32(bytes, 0) * 0x1_0000_0000 + readUint32(bytes, 4) };
}

function encodeChat(text: string): Uint8Array<ArrayBuffer> {
  return encodeFrame("CHAT", utf8.encode(`[SERVIDOR]: ${text}`));
}

function encodeFerr(reason: string): Uint8Array<ArrayBuffer> {
  return encodeFrame("FERR", utf8.encode(reason));
}

/** The maximum payload, in bytes, of each type a client sends. */
const REQUEST_CAPS: Readonly<Record<string, number>> = {
  // Leaves room for white space around the name, which is ignored.
  FILE: MAX_PATH_BYTES + 64,
  CHAT: MAX_MESSAGE_BYTES,
  QUIT: MAX_MESSAGE_BYTES,
};

const WORDING: Wording = {
  dialect: "framed",
  encodeBroadcast: encodeChat,
  encodeRefusal: encodeFerr,
  missing: NOT_FOUND,
  algorithm: "sha256",
};

/** The `framed` dialect. */
export const framed: Dialect = {
  name: "framed",
  match: (prefix) => beginsWithFrame(prefix, Object.keys(REQUEST_CAPS)),
  refuse: (connection, error) => connection.send(encodeFerr(error.message)),
  serve: (session) => servePersistent(session, WORDING, answerFrames),
};

/** Answers frames until the client disconnects. @throws `protocol` for a length above its cap. */
async function answerFrames(persistent: PersistentSession): Promise<void> {
  const { session } = persistent;
  const { reader, signal } = session;
  while ((await reader.peek(1, signal)).length > 0) {
    const head = decodeAnyHeader(await reader.readExactly(FRAME_HEADER_BYTES, signal));
    const payload = await readRequest(reader, head, signal);
    if (head.type === "QUIT" || session.draining.aborted) return;
    if (head.type === "FILE") await answerFile((payload ?? "").trim(), persistent);
    else if (head.type === "CHAT" && payload !== null) await say(payload, persistent);
  }
}

/** Reads the text of a request; `null` for a frame that is skipped. */
async function readRequest(
  reader: ByteReader,
  { type, length }: AnyFrameHeader,
  signal: AbortSignal,
): Promise<string | null> {
  const cap = REQUEST_CAPS[type];
  if (cap !== undefined && length <= cap) {
    return utf8Lenient.decode(await reader.readExactly(length, signal));
  }
  if (type === "FILE" || length > MAX_SKIPPED_FRAME_BYTES) {
    throw protocolError(`a frame is longer than its cap: ${length} bytes`);
  }
  for await (const _ of reader.body(length, signal));
  return null;
}

/** Sends a chat message; this dialect has no reply to it, not even a refusal. */
async function say(text: string, { session, turns }: PersistentSession): Promise<void> {
  try {
    await turns.say(text);
  } catch (error) {
    refusal(session, "say", error);
  }
}

async function answerFile(name: string, persistent: PersistentSession): Promise<void> {
  const { session } = persistent;
  const { connection, signal } = session;
  await sendFile(persistent, name, async ({ info, sum, blocks }) => {
    await connection.send(
      encodeFrame("FROK"),
      encodeFrame("FMTA", encodeNameAndSize(name, info.bytes)),
      encodeFrame("FHSH", Uint8Array.fromHex(sum)),
    );
    try {
      await sendContent(connection, blocks, signal, (bytes) => encodeFrameHeader("FDAT", bytes));
    } catch (error) {
      // Unlike other dialects, this one allows a refusal after `FROK`.
      await connection.send(encodeFerr(refusal(session, "get", error)));
    }
  });
}
