/**
 * The `updown` dialect: one upload or download per connection; content ends with the stream.
 *
 * @module
 */

import { FtError, protocolError } from "../base/errors.ts";
import { BLOCK_BYTES, DIALECT_PAUSE_MS } from "../base/limits.ts";
import { hasControl } from "../base/text.ts";
import type { Files } from "../service/files.ts";
import type { ByteReader } from "../wire/byte_reader.ts";
import type { Dialect, Session } from "./dialect.ts";
import { asciiOf, beginsWith } from "./first_bytes.ts";
import { halfCloseAndDrain } from "./half_close.ts";
import { storeFile } from "./incoming_file.ts";
import { requireLegacyName } from "./legacy_name.ts";
import { sendContent } from "./outgoing_file.ts";
import { refusal } from "./refusal.ts";
import { cutAtControl, cutAtExtension, type CutName, wholeName } from "./updown_name.ts";

const utf8 = new TextEncoder();
const WORDS = ["UPLOAD ", "DOWNLOAD "];

/**
 * Encodes a command as our client sends it.
 *
 * @throws `not_allowed` for a control character, at which a server takes the name to end.
 */
export function encodeUpdownCommand(
  word: "UPLOAD" | "DOWNLOAD",
  name: string,
): Uint8Array<ArrayBuffer> {
  if (hasControl(name)) {
    const message = `the updown dialect has no names with control characters: ${name}`;
    throw new FtError("not_allowed", message, { name });
  }
  return utf8.encode(`${word} ${name}\n`);
}

/** The start of every refusal. */
export const UPDOWN_ERROR = "ERROR: ";

/** The `updown` dialect. */
export const updown: Dialect = {
  name: "updown",
  match: (prefix) => beginsWith(asciiOf(prefix.subarray(0, 9)), WORDS),
  refuse: (connection, error) => connection.send(encodeError(error.message)),
  async serve(session) {
    try {
      const word = await readWord(session);
      const name = await readName(session, word);
      session.established();
      using _work = session.working();
      const { files } = await session.login({ kind: "anonymous" });
      if (word === "UPLOAD ") await receive(name, session, files);
      else await send(name, session, files);
    } catch (error) {
      await refuse(session, error);
    }
    await halfCloseAndDrain(session);
  },
};

function encodeError(reason: string): Uint8Array<ArrayBuffer> {
  return utf8.encode(`${UPDOWN_ERROR}${reason}`);
}

/** Sends the reason and drains the upload: a reset would lose the reason. */
async function refuse(session: Session, error: unknown): Promise<void> {
  const { connection, reader, signal } = session;
  const reason = refusal(session, "updown", error, "File not found");
  await connection.send(encodeError(reason));
  await connection.closeWrite();
  while (await reader.readSome(undefined, signal) !== null);
}

async function readWord({ reader, signal }: Session): Promise<string> {
  while (true) {
    const text = asciiOf(reader.peekBuffered().subarray(0, 9));
    const word = WORDS.find((word) => text.startsWith(word));
    if (word !== undefined) {
      reader.takeBuffered(word.length);
      return word;
    }
    if (beginsWith(text, WORDS) === "no" || !await reader.fill(signal)) {
      throw protocolError("the command is neither UPLOAD nor DOWNLOAD");
    }
  }
}

async function readName(session: Session, word: string): Promise<string> {
  const { reader, signal, log } = session;
  if (reader.buffered === 0) await reader.fill(signal);
  const first = reader.peekBuffered();
  const cut = cutAtControl(first) ??
    (word === "UPLOAD " ? await uploadName(reader, signal) : wholeName(first));
  if (cut === null || cut.name === "") throw protocolError("the name is missing");
  reader.takeBuffered(cut.bytes);
  if (cut.recovered) log.warning("upload.recovered", { name: cut.name });
  return cut.name;
}

/**
 * Finds a name without a terminator. Clients pause after the command, so the first segment is the
 * name. If it is too long for one, or the stream ends right after it, it holds the content, too.
 */
async function uploadName(reader: ByteReader, signal: AbortSignal): Promise<CutName | null> {
  const first = reader.peekBuffered().slice();
  const whole = wholeName(first);
  if (whole === null) return cutAtExtension(first);
  const more = await reader.fillWithin(DIALECT_PAUSE_MS, signal);
  return more === false ? cutAtExtension(first) ?? whole : whole;
}

async function send(name: string, { connection, signal }: Session, files: Files): Promise<void> {
  requireLegacyName(name);
  await using reading = await files.read(name, undefined, { signal });
  await sendContent(connection, reading.blocks, signal);
}

/** Stores an upload. There is no answer: clients never read, and a byte may reset them. */
async function receive(name: string, { reader, signal }: Session, files: Files): Promise<void> {
  await storeFile(files, name, blocksOf(reader, signal), signal);
}

/** Yields the rest of the stream in blocks. */
async function* blocksOf(reader: ByteReader, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  while ((await reader.peek(BLOCK_BYTES, signal)).length > 0) {
    yield reader.takeBuffered(Math.min(BLOCK_BYTES, reader.buffered))!;
  }
}
