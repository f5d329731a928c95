/**
 * What may be said, and under what name.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import { MAX_CHAT_NAME_BYTES, MAX_MESSAGE_BYTES } from "../base/limits.ts";
import { escapeControls, isLongerThan } from "../base/text.ts";

/** The name under which the server speaks; nobody else can have it. */
export const SERVER_NAME = "SERVER";

const utf8 = new TextEncoder();

/**
 * Checks a message.
 *
 * @throws `limit` when it is too long, `usage` when it is not Unicode.
 */
export function checkText(text: string): void {
  if (isLongerThan(text, MAX_MESSAGE_BYTES)) {
    throw new FtError("limit", `a message is longer than ${MAX_MESSAGE_BYTES} bytes`);
  }
  if (!text.isWellFormed()) throw new FtError("usage", "a message is not valid Unicode");
}

/**
 * A name as a seat may have it: composed, without white space around it or controls in it, short.
 *
 * @param fallback What an empty name becomes.
 *
 * @example
 * ```ts
 * import { cleanName } from "./message_rules.ts";
 *
 * if (cleanName(" an\x1ba ", "guest") !== "an\\x1ba") throw new Error();
 * if (cleanName("", "guest") !== "guest") throw new Error();
 * ```
 */
export function cleanName(wanted: string, fallback: string): string {
  const name = escapeControls(wanted.normalize("NFC").trim());
  if (name === "") return fallback;
  return isLongerThan(name, MAX_CHAT_NAME_BYTES) ? cut(name, MAX_CHAT_NAME_BYTES) : name;
}

function cut(text: string, maxBytes: number): string {
  const { read } = utf8.encodeInto(text, new Uint8Array(maxBytes));
  return text.slice(0, read);
}

/** Whether a name is the server's, however it is written. */
export function isServerName(name: string): boolean {
  return name.toUpperCase() === SERVER_NAME;
}
