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
import { converse, giveFile, type PersistentSession, type Wording } from "./persistent_session.ts";
import type { Dialect } from "./dialect.ts";
import { beginsWithFrame } from "./first_bytes.ts";
import { sendContent } from "./outgoing_file.ts";
import { refusal } from "./refusal.ts";

const utf8 = new TextEncoder();
const utf8Lenient = new TextDecoder("utf-8", { ignoreBOM: true });

/** What clients of this family know a missing file by. */
export const FRAMED_NOT_FOUND = "Arquivo não encontrado";

/** A frame's type and length; any type, as unknown ones are skipped. */
export interface AnyFrameHeader {
  readonly type: string;
  /** Bytes in the payload; exact up to 2^53, and never small when it is not. */
  readonly length: number;
}

/** Reads the twelve bytes before a payload. */
export function decodeAnyHeader(bytes: Uint8Array): AnyFrameHeader {
  const type = String.fromCharCode(...bytes.subarray(8, 12));
  return { type, length: readUint32(bytes, 0) * 0x1_0000_0000 + readUint32(bytes, 4) };
}

/** The payload of `FMTA`: a file's name and size. */
export function encodeFileFacts(name: string, bytes: number): Uint8Array<ArrayBuffer> {
  const nameBytes = utf8.encode(name);
  const facts = new Uint8Array(4 + nameBytes.length + 8);
  const view = new DataView(facts.buffer);
  view.setUint32(0, nameBytes.length);
  facts.set(nameBytes, 4);
  view.setBigUint64(4 + nameBytes.length, BigInt(bytes));
  return facts;
}

/** A broadcast. */
export function encodeChat(text: string): Uint8Array<ArrayBuffer> {
  return encodeFrame("CHAT", utf8.encode(`[SERVIDOR]: ${text}`));
}

/** A refusal. */
export function encodeFerr(reason: string): Uint8Array<ArrayBuffer> {
  return encodeFrame("FERR", utf8.encode(reason));
}

/** Most bytes in the payload of each type a client sends. */
const REQUEST_CAPS: Readonly<Record<string, number>> = {
  // White space around the name is ignored.
  FILE: MAX_PATH_BYTES + 64,
  CHAT: MAX_MESSAGE_BYTES,
  QUIT: MAX_MESSAGE_BYTES,
};

const WORDING: Wording = {
  dialect: "framed",
  encodeBroadcast: encodeChat,
  encodeRefusal: encodeFerr,
  missing: FRAMED_NOT_FOUND,
  algorithm: "sha256",
};

/** The `framed` dialect. */
export const framed: Dialect = {
  name: "framed",
  match: (prefix) => beginsWithFrame(prefix, Object.keys(REQUEST_CAPS)),
  refuse: (connection, error) => connection.send(encodeFerr(error.message)),
  serve: (session) => converse(session, WORDING, talk),
};

/** Answers frames until the client leaves. @throws `protocol` for a length above its cap. */
async function talk(conversation: PersistentSession): Promise<void> {
  const { session } = conversation;
  const { reader, signal } = session;
  while ((await reader.peek(1, signal)).length > 0) {
    const head = decodeAnyHeader(await reader.readExactly(FRAME_HEADER_BYTES, signal));
    const payload = await readRequest(reader, head, signal);
    if (head.type === "QUIT" || session.draining.aborted) return;
    if (head.type === "FILE") await give((payload ?? "").trim(), conversation);
    else if (head.type === "CHAT" && payload !== null) say(payload, conversation);
  }
}

/** The text of a frame; `null` for one that is skipped. */
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

/** Nothing is answered, whatever becomes of it. */
function say(text: string, { session, turns }: PersistentSession): void {
  try {
    turns.say(text);
  } catch (error) {
    refusal(session, "say", error);
  }
}

async function give(name: string, conversation: PersistentSession): Promise<void> {
  const { session } = conversation;
  const { connection, signal } = session;
  await giveFile(conversation, name, async ({ info, sum, blocks }) => {
    await connection.send(
      encodeFrame("FROK"),
      encodeFrame("FMTA", encodeFileFacts(name, info.bytes)),
      encodeFrame("FHSH", Uint8Array.fromHex(sum)),
    );
    try {
      await sendContent(connection, blocks, signal, (bytes) => encodeFrameHeader("FDAT", bytes));
    } catch (error) {
      // Here the dialect can say so: a refusal may come after `FROK`.
      await connection.send(encodeFerr(refusal(session, "get", error)));
    }
  });
}
