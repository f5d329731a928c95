/**
 * The `json` dialect: length-prefixed JSON, strictly request and reply, text files only.
 *
 * @module
 */

import { basename } from "@std/path/posix/basename";
import { createHash } from "node:crypto";
import { FtError, hasCode, protocolError } from "../base/errors.ts";
import { MAX_JSON_BYTES, MAX_PATH_BYTES, SMALL_JSON_BYTES } from "../base/limits.ts";
import { nextTurn } from "../base/next_turn.ts";
import { hasUnsafeName } from "../base/text.ts";
import type { Files } from "../service/files.ts";
import type { Dialect, Login, Match, Session } from "./dialect.ts";
import { lengthPrefixed, OPEN_BRACE } from "./first_bytes.ts";
import { halfCloseAndDrain } from "./half_close.ts";
import { storeFile } from "./incoming_file.ts";
import type { JsonFields } from "./json_fields.ts";
import { encodeJsonMessage, isCommand, longAnswer, readJsonLength } from "./json_message.ts";
import { receiveRequest } from "./json_request.ts";
import { requireLegacyName } from "./legacy_name.ts";
import { LargeSlot } from "./large_slot.ts";
import { refusal } from "./refusal.ts";
import { sendInTime } from "./send_in_time.ts";

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
    const login = await session.login({ kind: "anonymous" });
    let unread: number | undefined;
    while (!session.draining.aborted && unread === undefined) {
      unread = await exchange(session, login);
    }
    await halfCloseAndDrain(session, unread);
  },
};

/**
 * Handles one request.
 *
 * @returns `undefined` if another may follow, otherwise the unread bytes of this one.
 */
async function exchange(session: Session, login: Login): Promise<number | undefined> {
  const { reader, signal, connection } = session;
  const length = await readJsonLength(reader, signal);
  if (length === null) return 0;
  using slot = new LargeSlot(session);
  const { fields, refused, unread } = await receiveRequest(session, login, length, slot);
  using _work = session.working();
  const command = fields.text("command");
  let message: { length: number; pieces: Iterable<Uint8Array> };
  try {
    if (refused !== undefined) throw refused;
    message = await longAnswer(await answer(fields, login.files, signal, slot));
  } catch (error) {
    const response = refusal(session, `${command}`.slice(0, 16), error, "File not found");
    const pieces = await encodeJsonMessage({ status: "Fail", response });
    message = { length: response.length, pieces };
  }
  if (message.length <= SMALL_JSON_BYTES) slot.release();
  await sendInTime(connection, message.pieces, message.length);
  return unread > 0 || command === "exit" ? unread : undefined;
}

function textField(fields: JsonFields, field: string): string {
  const text = fields.text(field);
  if (text === undefined) throw protocolError(`"${field}" is missing or is not text`);
  return text;
}

/** Carries a request out. @returns The text of the answer, in UTF-8. */
async function answer(
  fields: JsonFields,
  files: Files,
  signal: AbortSignal,
  slot: LargeSlot,
): Promise<Uint8Array> {
  switch (fields.text("command")) {
    case "list":
      return await listNames(files, fields.text("path") || ".", signal, slot);
    case "get":
      return await readText(files, textField(fields, "fileName"), signal, slot);
    case "put": {
      const name = textField(fields, "fileName");
      const content = fields.takeContent();
      if (content === undefined) throw protocolError('"fileContent" is missing or is not text');
      await writeText(files, name, content, signal);
      return utf8.encode(`stored ${name}`);
    }
    case "exit":
      return utf8.encode("goodbye");
    default:
      throw protocolError("unknown command");
  }
}

async function listNames(
  files: Files,
  dir: string,
  signal: AbortSignal,
  slot: LargeSlot,
): Promise<Uint8Array> {
  requireLegacyName(dir);
  const names: string[] = [];
  let length = 0;
  for await (const { path } of files.list(dir, { signal })) {
    const name = basename(path);
    if (hasUnsafeName(name)) continue;
    length += name.length + 1;
    if (length > MAX_JSON_BYTES) throw new FtError("limit", "too large for a JSON message");
    if (length > SMALL_JSON_BYTES) await slot.take();
    names.push(name);
  }
  return utf8.encode(names.join("\n"));
}

async function readText(
  files: Files,
  name: string,
  signal: AbortSignal,
  slot: LargeSlot,
): Promise<Uint8Array> {
  requireLegacyName(name);
  await using reading = await files.read(name, undefined, { signal });
  const { bytes } = reading.info;
  if (bytes > MAX_JSON_BYTES) throw new FtError("limit", "too large for a JSON message");
  if (bytes > SMALL_JSON_BYTES) await slot.take();
  const whole = new Uint8Array(bytes);
  let at = 0;
  const decoder = new TextDecoder("utf-8", { fatal: true });
  for await (using block of reading.blocks) {
    requireText(decoder, name, block.bytes);
    whole.set(block.bytes, at);
    at += block.bytes.length;
  }
  requireText(decoder, name);
  return whole;
}

/** @throws `usage` if the next bytes, or the end, are not UTF-8. */
function requireText(decoder: TextDecoder, name: string, bytes?: Uint8Array<ArrayBuffer>): void {
  try {
    decoder.decode(bytes, { stream: bytes !== undefined });
  } catch (cause) {
    const message = `not a text file, and this dialect carries only text: ${name}`;
    throw new FtError("usage", message, { name, cause });
  }
}

/** Stores a new file; a file that already has this content is not an error. */
async function writeText(
  files: Files,
  name: string,
  blocks: readonly Uint8Array[],
  signal: AbortSignal,
): Promise<void> {
  try {
    await storeFile(files, name, blocks, signal);
  } catch (error) {
    if (!hasCode(error, "conflict") || !await hasContent(files, name, blocks, signal)) throw error;
  }
}

async function hasContent(
  files: Files,
  name: string,
  blocks: readonly Uint8Array[],
  signal: AbortSignal,
): Promise<boolean> {
  const info = await files.stat(name, { signal });
  const bytes = blocks.reduce((sum, block) => sum + block.length, 0);
  if (info.type !== "file" || info.bytes !== bytes) return false;
  const hash = createHash("sha256");
  for (const block of blocks) {
    signal.throwIfAborted();
    hash.update(block);
    await nextTurn();
  }
  return hash.digest("hex") === await files.sum(name, "sha256", { signal });
}
