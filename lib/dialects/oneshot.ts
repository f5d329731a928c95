/**
 * The `oneshot` dialect: one name in, one file with its MD5 out.
 *
 * @module
 */

import { protocolError } from "../base/errors.ts";
import { DIALECT_PAUSE_MS, MAX_PATH_BYTES } from "../base/limits.ts";
import { delay } from "../base/signals.ts";
import { readUint32 } from "../wire/frame.ts";
import type { Dialect, Match, Session } from "./dialect.ts";
import { lengthPrefixed } from "./first_bytes.ts";
import { halfCloseAndDrain } from "./half_close.ts";
import { isCommand, OPEN_BRACE } from "./json.ts";
import { openSummed, sendContent, type SummedFile } from "./outgoing_file.ts";
import { refusal } from "./refusal.ts";

const utf8 = new TextEncoder();
const utf8Lenient = new TextDecoder("utf-8", { ignoreBOM: true });

/** A request for a file. */
export function encodeOneshotRequest(name: string): Uint8Array<ArrayBuffer> {
  const bytes = utf8.encode(name);
  const request = new Uint8Array(4 + bytes.length);
  new DataView(request.buffer).setUint32(0, bytes.length);
  request.set(bytes, 4);
  return request;
}

/** What comes after `OK`: `[4-byte name length][name][8-byte size][32 hex digits]`. */
export function encodeOneshotFacts(
  name: string,
  bytes: number,
  md5: string,
): Uint8Array<ArrayBuffer> {
  const named = encodeOneshotRequest(name);
  const facts = new Uint8Array(named.length + 8 + 32);
  facts.set(named);
  new DataView(facts.buffer).setBigUint64(named.length, BigInt(bytes));
  facts.set(utf8.encode(md5), named.length + 8);
  return facts;
}

function encodeError(reason: string): Uint8Array<ArrayBuffer> {
  return utf8.encode(`ERROR${reason}`);
}

function matchOneshot(prefix: Uint8Array): Match {
  if (prefix.subarray(0, 2).some((byte) => byte !== 0) || prefix[2]! > MAX_PATH_BYTES >> 8) {
    return "no";
  }
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
    await give(name, session);
    await halfCloseAndDrain(session);
  },
};

async function readRequest({ reader, signal }: Session): Promise<string> {
  const length = readUint32(await reader.readExactly(4, signal), 0);
  if (length === 0 || length > MAX_PATH_BYTES) {
    throw protocolError(`a name of ${length} bytes`);
  }
  return utf8Lenient.decode(await reader.readExactly(length, signal));
}

async function give(name: string, session: Session): Promise<void> {
  const { connection, signal } = session;
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
  // Clients ask for five bytes of status: nothing may have followed when they do.
  await delay(DIALECT_PAUSE_MS, signal);
  await connection.send(encodeOneshotFacts(name, file.info.bytes, file.sum));
  await sendContent(connection, file.blocks, signal);
}
