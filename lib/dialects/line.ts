/**
 * The `line` dialect: text commands without a terminator, answers that end with `\n`, files with
 * their SHA-256, and broadcasts between files.
 *
 * @module
 */

import { protocolError } from "../base/errors.ts";
import { COMMAND_SETTLE_MS, DIALECT_PAUSE_MS, MAX_LINE_BYTES } from "../base/limits.ts";
import type { ByteReader } from "../wire/byte_reader.ts";
import {
  type PersistentSession,
  sendFile,
  servePersistent,
  type Wording,
} from "./persistent_session.ts";
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
 * Parses a command without its line ending. Its word may be in any case and ends at the first
 * space.
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

/** Encodes the line before the bytes of a file. */
export function encodeOk(name: string, bytes: number, sha256: string): Uint8Array<ArrayBuffer> {
  return utf8.encode(`OK ${name} ${bytes} ${sha256}\n`);
}

function encodeErr(reason: string): Uint8Array<ArrayBuffer> {
  return utf8.encode(`ERR ${reason}\n`);
}

function encodeMsgs(text: string): Uint8Array<ArrayBuffer> {
  return utf8.encode(`MSGS [SERVER]: ${text}\n`);
}

/** Words that are incomplete commands. */
const BARE = ["GET", "MSGC", "MSGC "];
const BEGINNINGS = ["GET ", "MSGC ", "EXIT"];
/** The start of an HTTP request: ` HTTP/` may follow such a target. */
const HTTP_TARGET = /^GET +($|\/|\*|https?:|(h|ht|htt|https?)$)/;

function matchLine(prefix: Uint8Array): Match {
  const text = asciiOf(prefix);
  const [line = ""] = text.split(/[\r\n]/, 1);
  // GET is the only one of the words that HTTP has, too.
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
  serve: (session) => servePersistent(session, WORDING, answerCommands),
};

/** Answers commands until the client disconnects. @throws `protocol` for one that is too long. */
async function answerCommands(persistent: PersistentSession): Promise<void> {
  const { session } = persistent;
  for await (const text of commandsOf(session)) {
    const command = parseLineCommand(text);
    if (command.kind === "exit" || session.draining.aborted) return;
    await answer(command, persistent);
  }
}

/** Bytes from which on the network may have split a command. */
const ONE_SEGMENT_BYTES = 1200;
const NEWLINE = 10;
const utf8Lenient = new TextDecoder("utf-8", { ignoreBOM: true });

/** Yields commands as they arrive: each line is one, and so is a send without a line ending. */
async function* commandsOf({ reader, signal }: Session): AsyncGenerator<string> {
  while (reader.buffered > 0 || await reader.fill(signal)) {
    await waitForRest(reader, signal);
    const end = reader.peekBuffered().indexOf(NEWLINE);
    const bytes = reader.takeBuffered(end === -1 ? reader.buffered : end + 1)!;
    if (bytes.length > MAX_LINE_BYTES) throw protocolError("a command is too long");
    const text = utf8Lenient.decode(bytes).replace(/\r?\n$/, "");
    if (text !== "") yield text;
  }
}

/** Waits a little for more where a command without a line ending may be incomplete. */
async function waitForRest(reader: ByteReader, signal: AbortSignal): Promise<void> {
  while (true) {
    const bytes = reader.peekBuffered();
    if (bytes.length > MAX_LINE_BYTES || bytes.includes(NEWLINE)) return;
    const waitMs = waitForMoreMs(bytes);
    if (waitMs === 0 || await reader.fillWithin(waitMs, signal) !== true) return;
  }
}

function waitForMoreMs(bytes: Uint8Array): number {
  if (bytes.length <= 5) {
    const text = asciiOf(bytes).toUpperCase();
    if (BARE.includes(text) || beginsWith(text, BEGINNINGS) === "more") return COMMAND_SETTLE_MS;
  }
  return bytes.length >= ONE_SEGMENT_BYTES || bytes.at(-1)! >= 0x80 ? DIALECT_PAUSE_MS : 0;
}

async function answer(command: LineCommand, persistent: PersistentSession): Promise<void> {
  const { session, turns } = persistent;
  switch (command.kind) {
    case "get":
      return await sendFile(persistent, command.name, async ({ info, sum, blocks }) => {
        await session.connection.send(encodeOk(command.name, info.bytes, sum));
        await sendContent(session.connection, blocks, session.signal);
      });
    case "message":
      try {
        return await turns.say(command.text);
      } catch (error) {
        return await turns.send(encodeErr(refusal(session, "say", error)));
      }
    case "invalid":
      return await turns.send(encodeErr(command.reason));
  }
}
