/**
 * The names of chat seats, which must not imitate each other.
 *
 * @module
 */

import { MAX_CHAT_NAME_BYTES } from "../base/limits.ts";
import { looksLike, mixesScripts, skeletonOf, visibleForm } from "../base/lookalikes.ts";
import { escapeControls, isLongerThan } from "../base/text.ts";

/** The name the server sends messages under; no client can have it. */
export const SERVER_NAME = "SERVER";

/** Shown behind the sender of a private message, so no name may end with it; its own skeleton. */
const PRIVATE = "(to you)";
/** Ends a name where a message is shown; its own skeleton. */
const COLON = ":";

const utf8 = new TextEncoder();

/**
 * Makes a name fit for a seat: normalized to NFKC, trimmed, without invisible characters, and cut
 * to {@linkcode MAX_CHAT_NAME_BYTES}. Escaped are controls, colons, which end a name where a message
 * is shown, and foreign letters in a name that mixes scripts. An empty name becomes `guest`.
 *
 * @example
 * ```ts
 * import { cleanName } from "./seat_name.ts";
 *
 * if (cleanName(" an\x1b\u200ba ") !== "an\\x1ba") throw new Error();
 * if (cleanName("\u0430na") !== "\\u0430na") throw new Error();
 * if (cleanName("") !== "guest") throw new Error();
 * ```
 */
export function cleanName(wanted: string): string {
  const visible = cut(visibleForm(wanted));
  const oneScript = mixesScripts(visible) ? replaceEach(visible, isForeign) : visible;
  const name = escapeControls(
    replaceEach(oneScript, (character) => skeletonOf(character) === COLON),
  );
  return unlikePrivate(cut(name)) || "guest";
}

/** Whether a name is or imitates the server's, in any case. */
export function isServerName(name: string): boolean {
  return looksLike(name, SERVER_NAME);
}

function isForeign(character: string): boolean {
  return !/[\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}]/u.test(character);
}

function replaceEach(text: string, isReplaced: (character: string) => boolean): string {
  return [...text].map((one) => isReplaced(one) ? escapeCharacter(one) : one).join("");
}

function escapeCharacter(character: string): string {
  const hex = character.codePointAt(0)!.toString(16);
  if (hex.length <= 2) return `\\x${hex.padStart(2, "0")}`;
  return hex.length <= 4 ? `\\u${hex.padStart(4, "0")}` : `\\u{${hex}}`;
}

function unlikePrivate(name: string): string {
  return skeletonOf(name.toLowerCase()).endsWith(PRIVATE) ? name.slice(0, -1) : name;
}

function cut(text: string): string {
  if (!isLongerThan(text, MAX_CHAT_NAME_BYTES)) return text;
  const { read } = utf8.encodeInto(text, new Uint8Array(MAX_CHAT_NAME_BYTES));
  return text.slice(0, read).trimEnd();
}
