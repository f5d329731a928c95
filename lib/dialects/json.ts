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
import { anySignal, delay, startDeadline } from "../base/signals.ts";
import type { Files } from "../service/files.ts";
import { decodeUtf8 } from "../wire/byte_reader.ts";
import type { ByteReader } from "../wire/byte_reader.ts";
import { readUint32 } from "../wire/frame.ts";
import type { Dialect, Match, Session } from "./dialect.ts";
import { lengthPrefixed } from "./first_bytes.ts";
import { halfCloseAndDrain } from "./half_close.ts";
import { storeFile } from "./incoming_file.ts";
import { refusal } from "./refusal.ts";

const utf8 = new TextEncoder();
/** `{` */
export const OPEN_BRACE = 0x7b;
/** Characters escaped before others get their turn. */
const ESCAPE_STEP = 64 * 1024;

/** Any message: an object of fields. */
export type JsonFields = Readonly<Record<string, unknown>>;

/** An answer. */
export interface JsonReply {
  readonly status: "Success" | "Fail";
  readonly response: string;
}

/** The object in some bytes; `null` when there is none. */
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

/** Whether bytes are an object with a command. */
export function isCommand(bytes: Uint8Array): boolean {
  const fields = parseFields(bytes);
  return fields !== null && Object.hasOwn(fields, "command");
}

/** A piece of a JSON string without its quotes, in ASCII alone. */
function escapeAscii(text: string): string {
  return JSON.stringify(text).slice(1, -1).replaceAll(
    /[\u007f-\uffff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/**
 * A message as `[4-byte length][JSON]`, its characters all ASCII so that they equal bytes.
 *
 * @returns The parts, to be sent one after the other.
 * @throws `limit` when it would be longer than {@linkcode MAX_JSON_BYTES}.
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
  const head = new Uint8Array(4);
  new DataView(head.buffer).setUint32(0, length);
  return [head, ...parts];
}

/**
 * Reads a message.
 *
 * @param progressed Told when a piece of it has come.
 * @returns `null` when the stream ends before one.
 * @throws `protocol` for a length above the cap, before anything is allocated.
 */
export async function readJsonMessage(
  reader: ByteReader,
  signal?: AbortSignal,
  progressed?: () => void,
): Promise<Uint8Array<ArrayBuffer> | null> {
  if ((await reader.peek(1, signal)).length === 0) return null;
  const length = readUint32(await reader.readExactly(4, signal), 0);
  if (length > MAX_JSON_BYTES) throw protocolError(`a JSON message of ${length} bytes`);
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  // Memory is taken as bytes come, not as they are announced.
  for await (const piece of reader.body(length, signal)) {
    pieces.push(piece.slice());
    progressed?.();
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

function matchJson(prefix: Uint8Array): Match {
  if (prefix[0]! > 4) return "no";
  const message = lengthPrefixed(prefix);
  if (message === undefined) return "more";
  const { length, body } = message;
  if (length < 2 || length > MAX_JSON_BYTES) return "no";
  if (body.length === 0) return "more";
  if (body[0] !== OPEN_BRACE) return "no";
  // Longer than any name: it is nothing else.
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

/** Large messages of all connections. */
const large = new Semaphore(MAX_LARGE_JSON);

/** One request and its reply. @returns Whether another may follow. */
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

/** A slow sender must not keep its place among the large ones for good. */
async function readInTime(
  reader: ByteReader,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const late = () => new FtError("network", "a message did not arrive in time");
  using deadline = startDeadline(JSON_MESSAGE_TIMEOUT_MS, late);
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
      throw protocolError("there is no such command");
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
    const message = `not a text file, which is all that this dialect carries: ${name}`;
    throw new FtError("usage", message, { name, cause });
  }
}

/** Writes a file that is not there yet; one that is there with this content is no fault. */
async function writeText(
  files: Files,
  name: string,
  bytes: Uint8Array<ArrayBuffer>,
  signal: AbortSignal,
): Promise<void> {
  try {
    await storeFile(files, name, blocksOf(bytes), signal);
  } catch (error) {
    if (!hasCode(error, "conflict") || !await holds(files, name, bytes, signal)) throw error;
  }
}

function* blocksOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += BLOCK_BYTES) yield bytes.subarray(at, at + BLOCK_BYTES);
}

async function holds(
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
