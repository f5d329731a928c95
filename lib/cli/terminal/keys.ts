/**
 * Decodes the bytes a terminal sends in raw mode into keys.
 *
 * @module
 */

/** A key that edits or controls the line. */
export type KeyName =
  | "enter"
  | "tab"
  | "backspace"
  | "delete"
  | "left"
  | "right"
  | "wordLeft"
  | "wordRight"
  | "home"
  | "end"
  | "up"
  | "down"
  | "killWord"
  | "killStart"
  | "killEnd"
  | "clear"
  | "search"
  | "interrupt"
  | "eof";

/** A named key, or text that was typed or pasted. */
export type Key = { readonly name: KeyName } | { readonly text: string };

const CONTROLS: Readonly<Record<string, KeyName>> = {
  "\x01": "home",
  "\x02": "left",
  "\x03": "interrupt",
  "\x04": "eof",
  "\x05": "end",
  "\x06": "right",
  "\b": "backspace",
  "\t": "tab",
  "\n": "enter",
  "\x0b": "killEnd",
  "\x0c": "clear",
  "\r": "enter",
  "\x0e": "down",
  "\x10": "up",
  "\x12": "search",
  "\x15": "killStart",
  "\x17": "killWord",
  "\x7f": "backspace",
};

const SEQUENCES: Readonly<Record<string, KeyName>> = {
  "[A": "up",
  "[B": "down",
  "[C": "right",
  "[D": "left",
  "[H": "home",
  "[F": "end",
  "OA": "up",
  "OB": "down",
  "OC": "right",
  "OD": "left",
  "OH": "home",
  "OF": "end",
  "[1~": "home",
  "[3~": "delete",
  "[4~": "end",
  "[7~": "home",
  "[8~": "end",
  "[1;5C": "wordRight",
  "[1;5D": "wordLeft",
  "[1;3C": "wordRight",
  "[1;3D": "wordLeft",
  "b": "wordLeft",
  "f": "wordRight",
  "\x7f": "killWord",
};

/** A complete sequence, without its escape. */
const ESCAPED = /^(?:\[[0-?]*[ -/]*[@-~]|O[@-~]|[^[O])/s;
/** The start of a sequence, without its escape. */
const PARTIAL = /^(?:\[[0-?]*[ -/]*|O)?$/;
// deno-lint-ignore no-control-regex
const TEXT = /^[^\x00-\x1f\x7f-\x9f]+/;

/** Decodes bytes into keys, in pieces of any size. */
export class KeyDecoder {
  readonly #utf8 = new TextDecoder();
  #rest = "";

  /**
   * Decodes the next bytes.
   *
   * @example
   * ```ts
   * import { KeyDecoder } from "./keys.ts";
   *
   * const keys = new KeyDecoder().decode(new TextEncoder().encode("hi\x1b[D\r"));
   * if (JSON.stringify(keys) !== '[{"text":"hi"},{"name":"left"},{"name":"enter"}]') throw keys;
   * ```
   */
  decode(bytes: Uint8Array): Key[] {
    this.#rest += this.#utf8.decode(bytes, { stream: true });
    const keys: Key[] = [];
    while (this.#rest !== "") {
      const length = this.#take(keys);
      if (length === 0) break;
      this.#rest = this.#rest.slice(length);
    }
    return keys;
  }

  /** @returns The characters taken; 0 when the rest is incomplete. */
  #take(keys: Key[]): number {
    const rest = this.#rest;
    if (rest[0] === "\x1b") return this.#takeEscaped(rest.slice(1), keys);
    const [text] = TEXT.exec(rest) ?? [];
    if (text !== undefined) {
      keys.push({ text });
      return text.length;
    }
    // Enter is CR or LF; pasted text may have both.
    if (rest.startsWith("\r\n")) {
      keys.push({ name: "enter" });
      return 2;
    }
    const name = CONTROLS[rest[0]!];
    if (name !== undefined) keys.push({ name });
    return 1;
  }

  #takeEscaped(after: string, keys: Key[]): number {
    if (PARTIAL.test(after)) return after.length > 32 ? after.length + 1 : 0;
    const [sequence] = ESCAPED.exec(after) ?? [];
    if (sequence === undefined) return 1;
    const name = SEQUENCES[sequence];
    if (name !== undefined) keys.push({ name });
    return 1 + sequence.length;
  }
}
