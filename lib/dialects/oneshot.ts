/**
 * The `oneshot` dialect: the client sends one name, the server one file with its MD5.
 *
 * @module
 */

import { concat } from "@std/bytes/concat";
import { protocolError } from "../base/errors.ts";
import { DIALECT_PAUSE_MS, MAX_PATH_BYTES } from "../base/limits.ts";
import { delay } from "../base/signals.ts";
import { readUint32 } from "../wire/frame.ts";
import type { Dialect, Match, Session } from "./dialect.ts";
import { lengthPrefixed, OPEN_BRACE } from "./first_bytes.ts";
import { halfCloseAndDrain } from "./half_close.ts";
import { isCommand } from "./json_message.ts";
import { encodeNameAndSize } from "./name_fields.ts";
import { openSummed, sendContent, type SummedFile } from "./outgoing_file.ts";
import { refusal } from "./refusal.ts";
import { watchForReset } from "./reset_watch.ts";

const utf8 = new TextEncoder();
const utf8Lenient = new TextDecoder("utf-8", { ignoreBOM: true });

/** Encodes the header after `OK`: `[4-byte name length][name][8-byte size][32 hex digits]`. */
export function encodeOneshotMetadata(
  name: string,
  bytes: number,
  md5: string,
): Uint8Array<ArrayBuffer> {
  return concat([encodeNameAndSize(name, bytes), utf8.encode(md5)]);
}

function encodeError(reason: string): Uint8Array<ArrayBuffer> {
  return utf8.encode(`ERROR${reason}`);
}

function matchOneshot(prefix: Uint8Array): Match {
  if (prefix.subarray(0, 2).some((byte) => byte !== 0)) return "no";
  const message = lengthPrefixed(prefix);
  if (message === undefined) return "more";
  const { length, body } = message;
  if (length === 0 || length > MAX_PATH_BYTES) return "no";
  if (body.length === 0) return "more";
  if (body[0] !== OPEN_BRACE) return "yes";
  if (body.length < length) return "more";
  return isCommand(body.subarray(0, length)) ? "no" : "yes";
}

/** The `oneshot` dialect. */
export const oneshot: Dialect = {
  name: "oneshot",
  match: matchOneshot,
  refuse: (connection, error) => connection.send(encodeError(error.message)),
  async serve(session) {
    const name = await readRequest(session);
    session.established();
    using _work = session.working();
    await answer(name, session);
    await halfCloseAndDrain(session);
  },
};

async function readRequest({ reader, signal }: Session): Promise<string> {
  const length = readUint32(await reader.readExactly(4, signal), 0);
  if (length === 0 || length > MAX_PATH_BYTES) {
    throw protocolError(`invalid name length: ${length} bytes`);
  }
  return utf8Lenient.decode(await reader.readExactly(length, signal));
}

async function answer(name: string, session: Session): Promise<void> {
  const { connection, signal } = session;
  watchForReset(session);
  let opened: SummedFile;
  try {
    const { files } = await session.login({ kind: "anonymous" });
    opened = await openSummed(files, name, "md5", signal);
  } catch (error) {
    const missing = `File '${name}' not found on server`;
    const reason = refusal(session, "get", error, missing);
    return await connection.send(encodeError(reason));
  }
  await using file = opened;
  await connection.send(utf8.encode("OK"));
  // Existing clients read five bytes and expect exactly these two, so nothing may follow yet.
  await delay(DIALECT_PAUSE_MS, signal);
  await connection.send(encodeOneshotMetadata(name, file.info.bytes, file.sum));
  await sendContent(connection, file.blocks, signal);
}
