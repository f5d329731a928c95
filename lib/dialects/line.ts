/**
 * The `line` dialect: text commands without a terminator, answers that end with `\n`, files with
 * their SHA-256, broadcasts between them.
 *
 * @module
 */

import { protocolError } from "../base/errors.ts";
import { COMMAND_SETTLE_MS, DIALECT_PAUSE_MS, MAX_LINE_BYTES } from "../base/limits.ts";
import type { ByteReader } from "../wire/byte_reader.ts";
import { converse, giveFile, type PersistentSession, type Wording } from "./persistent_session.ts";
import type { Dialect, Match, Session } from "./dialect.ts";
import { asciiOf, beginsWith } from "./first_bytes.ts";
import { HTTP_LINE } from "./http.ts";
import { sendContent } from "./outgoing_file.ts";
import { refusal } from "./refusal.ts";

const utf8 = new TextEncoder();

/** A command of a client. */
export type LineCommand =
  | { readonly kind: "get"; readonly name: string }
  | { readonly kind: "message"; readonly text: string }
  | { readonly kind: "exit" }
  | { readonly kind: "invalid"; readonly reason: string }
  | { readonly kind: "unknown" };

/**
 * Reads a command, without its line end. The word is in any case and ends at the first space.
 *
 * @example
 * ```ts
 * import { parseLineCommand } from "./line.ts";
 *
 * const command = parseLineCommand("get my file.txt");
 * if (command.kind !== "get" || command.name !== "my file.txt") throw new Error();
 * ```
 */
export function parseLineCommand(text: string): LineCommand {
  const space = text.indexOf(" ");
  const word = (space === -1 ? text : text.slice(0, space)).toUpperCase();
  const rest = space === -1 ? "" : text.slice(space + 1);
  const blank = rest.trim() === "";
  switch (word) {
    case "GET":
      if (blank) return { kind: "invalid", reason: "Invalid filename format" };
      return { kind: "get", name: rest };
    case "MSGC":
      if (blank) return { kind: "invalid", reason: "Invalid MSGC command format" };
      return { kind: "message", text: rest };
    case "EXIT":
      return { kind: "exit" };
    default:
      return { kind: "unknown" };
  }
}

/** The line before a file's bytes. */
export function encodeOk(name: string, bytes: number, sha256: string): Uint8Array<ArrayBuffer> {
  return utf8.encode(`OK ${name} ${bytes} ${sha256}\n`);
}

/** The line of a refusal. */
export function encodeErr(reason: string): Uint8Array<ArrayBuffer> {
  return utf8.encode(`ERR ${reason}\n`);
}

/** The line of a broadcast. */
export function encodeMsgs(text: string): Uint8Array<ArrayBuffer> {
  return utf8.encode(`MSGS [SERVER]: ${text}\n`);
}

/** Words that are nothing yet without what follows. */
const BARE = ["GET", "MSGC", "MSGC "];
const BEGINNINGS = ["GET ", "MSGC ", "EXIT"];
/** Targets that HTTP clients ask for: ` HTTP/` may follow. */
const HTTP_TARGET = /^GET +($|\/|\*|https?:|(h|ht|htt|https?)$)/;

function matchLine(prefix: Uint8Array): Match {
  const text = asciiOf(prefix);
  const [line = ""] = text.split(/[\r\n]/, 1);
  // Of our words only GET is also a browser's.
  if (line.startsWith("GET ") && HTTP_LINE.test(line)) return "no";
  const upper = line.toUpperCase();
  const beginning = beginsWith(upper, BEGINNINGS);
  if (line.length < text.length) return beginning === "yes" || BARE.includes(upper) ? "yes" : "no";
  if (BARE.includes(upper) || HTTP_TARGET.test(line)) return "likely";
  return beginning;
}

const WORDING: Wording = {
  dialect: "line",
  encodeBroadcast: encodeMsgs,
  encodeRefusal: encodeErr,
  missing: "File not found",
  algorithm: "sha256",
};

/** The `line` dialect. */
export const line: Dialect = {
  name: "line",
  match: matchLine,
  refuse: (connection, error) => connection.send(encodeErr(error.message)),
  serve: (session) => converse(session, WORDING, talk),
};

/** Obeys until the client leaves. @throws `protocol` for a command too long. */
async function talk(conversation: PersistentSession): Promise<void> {
  const { session } = conversation;
  for await (const text of commandsOf(session)) {
    const command = parseLineCommand(text);
    if (command.kind === "exit" || session.draining.aborted) return;
    await obey(command, conversation);
  }
}

/** Bytes of a command after which it may have been cut by the network. */
const ONE_SEGMENT_BYTES = 1200;
const NEWLINE = 10;
const utf8Lenient = new TextDecoder("utf-8", { ignoreBOM: true });

/** Commands as they come: one send is one, and so is each line of it. */
async function* commandsOf({ reader, signal }: Session): AsyncGenerator<string> {
  while (reader.buffered > 0 || await reader.fill(signal)) {
    const end = reader.peekBuffered().indexOf(NEWLINE);
    if (end === -1) await waitForRest(reader, signal);
    const bytes = end === -1
      ? reader.takeBuffered(restLength(reader))!
      : reader.takeBuffered(end + 1)!;
    if (bytes.length > MAX_LINE_BYTES) throw protocolError("a command is too long");
    const text = utf8Lenient.decode(bytes).replace(/\r?\n$/, "");
    if (text !== "") yield text;
  }
}

/** Up to the line end that came while the rest was waited for. */
function restLength(reader: ByteReader): number {
  const end = reader.peekBuffered().indexOf(NEWLINE);
  return end === -1 ? reader.buffered : end + 1;
}

/** Waits a little where a command without a line end may not be whole. */
async function waitForRest(reader: ByteReader, signal: AbortSignal): Promise<void> {
  while (true) {
    const bytes = reader.peekBuffered();
    if (bytes.length > MAX_LINE_BYTES || bytes.includes(NEWLINE)) return;
    const patience = patienceFor(bytes);
    if (patience === 0 || await reader.fillWithin(patience, signal) !== true) return;
  }
}

function patienceFor(bytes: Uint8Array): number {
  const start = asciiOf(bytes.subarray(0, 5)).toUpperCase();
  const bare = bytes.length <= 5 && beginsWith(start, BEGINNINGS) === "more";
  if (bare || BARE.includes(start) && bytes.length <= 5) return COMMAND_SETTLE_MS;
  return bytes.length >= ONE_SEGMENT_BYTES || bytes.at(-1)! >= 0x80 ? DIALECT_PAUSE_MS : 0;
}

async function obey(command: LineCommand, conversation: PersistentSession): Promise<void> {
  const { session, turns } = conversation;
  switch (command.kind) {
    case "get":
      return await giveFile(conversation, command.name, async ({ info, sum, blocks }) => {
        await session.connection.send(encodeOk(command.name, info.bytes, sum));
        await sendContent(session.connection, blocks, session.signal);
      });
    case "message":
      try {
        return turns.say(command.text);
      } catch (error) {
        return await turns.send(encodeErr(refusal(session, "say", error)));
      }
    case "invalid":
      return await turns.send(encodeErr(command.reason));
  }
}
