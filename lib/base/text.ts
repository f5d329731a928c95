/**
 * Text from a peer: its length, and a form that is safe to display.
 *
 * @module
 */

// Controls, line and paragraph separators, and the marks that reverse reading direction.
const UNSAFE =
  // deno-lint-ignore no-control-regex
  /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;

const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;

/**
 * Escapes characters that could move a cursor, forge a log line or reverse text.
 *
 * @example
 * ```ts
 * import { escapeControls } from "./text.ts";
 *
 * if (escapeControls("a\x1b[2Jb") !== "a\\x1b[2Jb") throw new Error();
 * ```
 */
export function escapeControls(text: string): string {
  if (PRINTABLE_ASCII.test(text)) return text;
  return text.toWellFormed().replace(UNSAFE, (c) => {
    const code = c.charCodeAt(0);
    if (c === "\n") return "\\n";
    if (c === "\t") return "\\t";
    if (c === "\r") return "\\r";
    return code < 256
      ? `\\x${code.toString(16).padStart(2, "0")}`
      : `\\u${code.toString(16).padStart(4, "0")}`;
  });
}

// deno-lint-ignore no-control-regex
const ASCII = /^[\u0000-\u007f]*$/;

/** Whether a text has only characters of one byte in UTF-8. */
export function isAscii(text: string): boolean {
  return ASCII.test(text);
}

// deno-lint-ignore no-control-regex
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;

/** Whether a text has a control character. */
export function hasControl(text: string): boolean {
  return CONTROL.test(text);
}

/**
 * Whether a path has a backslash, which separates names on some systems, or a control character.
 * Peers that do not say so cannot be expected to handle such names.
 */
export function hasUnsafeName(path: string): boolean {
  return path.includes("\\") || hasControl(path);
}

/**
 * Cuts a long text in the middle. The beginning and the end of a message say the most: the file and
 * the reason.
 *
 * @param length The maximum length of the result.
 */
export function cutMiddle(text: string, length: number): string {
  if (text.length <= length) return text;
  const end = Math.floor(length / 2);
  return `${text.slice(0, length - end - 1)}…${text.slice(text.length - end)}`.toWellFormed();
}

const utf8 = new TextEncoder();

/** Whether a text is longer than `bytes` in UTF-8. Only a text near the limit is encoded. */
export function isLongerThan(text: string, bytes: number): boolean {
  // A UTF-16 code unit becomes one to three bytes.
  if (text.length > bytes) return true;
  return text.length * 3 > bytes && utf8.encode(text).length > bytes;
}
