/**
 * The `json` dialect: length-prefixed JSON, strictly request and reply, text files only.
 *
 * @module
 */

import { basename } from "@std/path/posix/basename";
import { FtError, hasCode, protocolError } from "../base/errors.ts";
import {
  BLOCK_BYTES,
  JSON_MESSAGE_TIMEOUT_MS,
  MAX_JSON_BYTES,
  MAX_LARGE_JSON,
  MAX_PATH_BYTES,
  SMALL_JSON_BYTES,
} from "../base/limits.ts";
import { Semaphore } from "../base/semaphore.ts";
import { anySignal, startDeadline } from "../base/signals.ts";
import type { Files } from "../service/files.ts";
import { type ByteReader, decodeUtf8 } from "../wire/byte_reader.ts";
import { readUint32 } from "../wire/frame.ts";
import type { Dialect, Match, Session } from "./dialect.ts";
import { lengthPrefixed, OPEN_BRACE } from "./first_bytes.ts";
import { halfCloseAndDrain } from "./half_close.ts";
import { storeFile } from "./incoming_file.ts";
import {
  encodeJsonMessage,
  isCommand,
  type JsonFields,
  parseFields,
  readJsonMessage,
} from "./json_message.ts";
import { refusal } from "./refusal.ts";

const utf8 = new TextEncoder();

function matchJson(prefix: Uint8Array): Match {
  if (prefix[0]! > 4) return "no";
  const message = lengthPrefixed(prefix);
  if (message === undefined) return "more";
  const { length, body } = message;
  if (length > MAX_JSON_BYTES) return "no";
  if (body.length === 0) return "more";
  if (body[0] !== OPEN_BRACE) return "no";
  // Longer than any path, so it cannot be a `oneshot` request.
  if (length > MAX_PATH_BYTES) return "yes";
  if (body.length < length) return "more";
  return isCommand(body.subarray(0, length)) ? "yes" : "no";
}

/** The `json` dialect. */
export const json: Dialect = {
  name: "json",
  match: matchJson,
  async refuse(connection, error) {
    await connection.send(...await encodeJsonMessage({ status: "Fail", response: error.message }));
  },
  async serve(session) {
    session.established();
    const { files } = await session.login({ kind: "anonymous" });
    while (!session.draining.aborted && await exchange(session, files));
    await halfCloseAndDrain(session);
  },
};

/** Limits the large messages of all connections together. */
const large = new Semaphore(MAX_LARGE_JSON);

/** Handles one request. @returns Whether another may follow. */
async function exchange(session: Session, files: Files): Promise<boolean> {
  const { reader, signal, connection } = session;
  const head = await reader.peek(4, signal);
  if (head.length === 0) return false;
  using slot = readUint32(head, 0) > SMALL_JSON_BYTES ? await large.acquire(signal) : undefined;
  const message = await readInTime(reader, signal);
  if (message === null) return false;
  using _work = session.working();
  const request = parseFields(message);
  const { command } = request ?? {};
  let parts: Uint8Array[];
  try {
    const response = await answer(request, files, signal, slot !== undefined);
    parts = await encodeJsonMessage({ status: "Success", response });
  } catch (error) {
    const response = refusal(session, `${command}`.slice(0, 16), error, "File not found");
    parts = await encodeJsonMessage({ status: "Fail", response });
  }
  await connection.send(...parts);
  return command !== "exit";
}

/** Reads a message within a deadline, as a slow sender may hold one of the few large slots. */
async function readInTime(
  reader: ByteReader,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const timedOut = () => new FtError("network", "a message did not arrive in time");
  using deadline = startDeadline(JSON_MESSAGE_TIMEOUT_MS, timedOut);
  return await readJsonMessage(reader, anySignal(signal, deadline.signal));
}

function textField(request: JsonFields, field: string): string {
  const value = request[field];
  if (typeof value === "string" && value.isWellFormed()) return value;
  throw protocolError(`"${field}" is missing or is not text`);
}

async function answer(
  request: JsonFields | null,
  files: Files,
  signal: AbortSignal,
  hasSlot: boolean,
): Promise<string> {
  if (request === null) throw protocolError("the message is not a JSON object");
  switch (request.command) {
    case "list": {
      const infos = files.list(String(request.path || "."), { signal });
      const names = await Array.fromAsync(infos, ({ path }) => basename(path));
      return names.join("\n");
    }
    case "get":
      return await readText(files, textField(request, "fileName"), signal, hasSlot);
    case "put": {
      const name = textField(request, "fileName");
      await writeText(files, name, utf8.encode(textField(request, "fileContent")), signal);
      return `stored ${name}`;
    }
    case "exit":
      return "goodbye";
    default:
      throw protocolError("unknown command");
  }
}

async function readText(
  files: Files,
  name: string,
  signal: AbortSignal,
  hasSlot: boolean,
): Promise<string> {
  await using reading = await files.read(name, undefined, { signal });
  const { bytes } = reading.info;
  if (bytes > MAX_JSON_BYTES) throw new FtError("limit", "too large for a JSON message");
  using _slot = bytes > SMALL_JSON_BYTES && !hasSlot ? await large.acquire(signal) : undefined;
  const whole = new Uint8Array(bytes);
  let at = 0;
  for await (using block of reading.blocks) {
    whole.set(block.bytes, at);
    at += block.bytes.length;
  }
  return decodeText(whole, name);
}

function decodeText(bytes: Uint8Array, name: string): string {
  try {
    return decodeUtf8(bytes);
  } catch (cause) {
    const message = `not a text file, and this dialect carries only text: ${name}`;
    throw new FtError("usage", message, { name, cause });
  }
}

/** Stores a new file; a file that already has this content is not an error. */
async function writeText(
  files: Files,
  name: string,
  bytes: Uint8Array<ArrayBuffer>,
  signal: AbortSignal,
): Promise<void> {
  try {
    await storeFile(files, name, blocksOf(bytes), signal);
  } catch (error) {
    if (!hasCode(error, "conflict") || !await hasContent(files, name, bytes, signal)) throw error;
  }
}

function* blocksOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += BLOCK_BYTES) yield bytes.subarray(at, at + BLOCK_BYTES);
}

async function hasContent(
  files: Files,
  name: string,
  bytes: Uint8Array<ArrayBuffer>,
  signal: AbortSignal,
): Promise<boolean> {
  const info = await files.stat(name, { signal });
  if (info.type !== "file" || info.bytes !== bytes.length) return false;
  const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
  return sum === await files.sum(name, "sha256", { signal });
}
