/**
 * The `updown` dialect: one upload or download a connection, content up to the end of the stream.
 *
 * @module
 */

import { protocolError } from "../base/errors.ts";
import { BLOCK_BYTES, DIALECT_PAUSE_MS } from "../base/limits.ts";
import type { Files } from "../service/files.ts";
import type { ByteReader } from "../wire/byte_reader.ts";
import type { Dialect, Session } from "./dialect.ts";
import { asciiOf, beginsWith } from "./first_bytes.ts";
import { halfCloseAndDrain } from "./half_close.ts";
import { storeFile } from "./incoming_file.ts";
import { sendContent } from "./outgoing_file.ts";
import { refusal } from "./refusal.ts";
import { cutAtControl, cutAtExtension, type CutName, wholeName } from "./updown_name.ts";

const utf8 = new TextEncoder();
const WORDS = ["UPLOAD ", "DOWNLOAD "];

/** The command as our client sends it. */
export function encodeUpdownCommand(
  word: "UPLOAD" | "DOWNLOAD",
  name: string,
): Uint8Array<ArrayBuffer> {
  return utf8.encode(`${word} ${name}\n`);
}

/** What a refusal begins with. */
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
      if (word === "UPLOAD ") await take(name, session, files);
      else await give(name, session, files);
    } catch (error) {
      await refuse(session, error);
    }
    await halfCloseAndDrain(session);
  },
};

function encodeError(reason: string): Uint8Array<ArrayBuffer> {
  return utf8.encode(`${UPDOWN_ERROR}${reason}`);
}

/** Says why not, and takes what still comes: a client that only sends must not be cut off. */
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
      throw protocolError("neither UPLOAD nor DOWNLOAD");
    }
  }
}

async function readName(session: Session, word: string): Promise<string> {
  const { reader, signal, log } = session;
  if (reader.buffered === 0) await reader.fill(signal);
  const first = reader.peekBuffered();
  const cut = cutAtControl(first) ??
    (word === "UPLOAD " ? await uploadName(reader, signal) : wholeName(first));
  if (cut === null || cut.name === "") throw protocolError("there is no name");
  reader.takeBuffered(cut.bytes);
  if (cut.recovered) log.warning("upload.recovered", { name: cut.name });
  return cut.name;
}

/**
 * The name where nothing ends it. Clients pause after the command: what came before the pause is
 * the name. What came at once, or is too long for a name, has content behind it.
 */
async function uploadName(reader: ByteReader, signal: AbortSignal): Promise<CutName | null> {
  const first = reader.peekBuffered().slice();
  const whole = wholeName(first);
  if (whole === null) return cutAtExtension(first);
  const more = await reader.fillWithin(DIALECT_PAUSE_MS, signal);
  return more === false ? cutAtExtension(first) ?? whole : whole;
}

async function give(name: string, { connection, signal }: Session, files: Files): Promise<void> {
  await using reading = await files.read(name, undefined, { signal });
  await sendContent(connection, reading.blocks, signal);
}

/** Nothing is answered when all is well: clients never read, and a byte may reset them. */
async function take(name: string, { reader, signal }: Session, files: Files): Promise<void> {
  await storeFile(files, name, blocksOf(reader, signal), signal);
}

/** What comes up to the end of the stream, block by block. */
async function* blocksOf(reader: ByteReader, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  while ((await reader.peek(BLOCK_BYTES, signal)).length > 0) {
    yield reader.takeBuffered(Math.min(BLOCK_BYTES, reader.buffered))!;
  }
}
