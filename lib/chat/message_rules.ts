/**
 * Rules for messages and the names they are sent under.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import { MAX_CHAT_NAME_BYTES, MAX_MESSAGE_BYTES } from "../base/limits.ts";
import { escapeControls, isLongerThan } from "../base/text.ts";

/** The name the server sends messages under; no client can have it. */
export const SERVER_NAME = "SERVER";

const utf8 = new TextEncoder();

/**
 * Checks a message.
 *
 * @throws `limit` if it is too long, `usage` if it is not valid Unicode.
 */
export function checkText(text: string): void {
  if (isLongerThan(text, MAX_MESSAGE_BYTES)) {
    throw new FtError("limit", `a message is longer than ${MAX_MESSAGE_BYTES} bytes`);
  }
  if (!text.isWellFormed()) throw new FtError("usage", "a message is not valid Unicode");
}

/**
 * Makes a name fit for a seat: normalized to NFC, trimmed, with controls escaped, and cut to
 * {@linkcode MAX_CHAT_NAME_BYTES}. An empty name becomes `guest`.
 *
 * @example
 * ```ts
 * import { cleanName } from "./message_rules.ts";
 *
 * if (cleanName(" an\x1ba ") !== "an\\x1ba") throw new Error();
 * if (cleanName("") !== "guest") throw new Error();
 * ```
 */
export function cleanName(wanted: string): string {
  const name = escapeControls(wanted.normalize("NFC").trim());
  if (name === "") return "guest";
  return isLongerThan(name, MAX_CHAT_NAME_BYTES) ? cut(name, MAX_CHAT_NAME_BYTES) : name;
}

function cut(text: string, maxBytes: number): string {
  const { read } = utf8.encodeInto(text, new Uint8Array(maxBytes));
  return text.slice(0, read);
}

/** Whether a name is the server's, in any case. */
export function isServerName(name: string): boolean {
  return name.toUpperCase() === SERVER_NAME;
}
