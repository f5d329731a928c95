/**
 * Scans a flat JSON object, whose values are texts, numbers, `true`, `false` or `null`, and lists of
 * texts where the caller takes them, byte by byte and without building it. A parsed object takes up to 60 times the memory of its bytes, so a
 * message from a peer is never parsed as a whole.
 *
 * @module
 */

import { protocolError } from "../base/errors.ts";
import { MAX_JSON_FIELDS } from "../base/limits.ts";
import { JsonScalar } from "./json_scalar.ts";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SPACE = 0x20;
/** The longest key that can have a meaning, in bytes; longer ones are cut. */
const MAX_KEY_BYTES = 64;
const OUT_BYTES = 4096;
/** The bytes after a backslash, and what they stand for. */
const ESCAPES = new Map(
  ['""', "\\\\", "//", "b\b", "f\f", "n\n", "r\r", "t\t"].map((pair) =>
    [pair.charCodeAt(0), pair.charCodeAt(1)] as const
  ),
);

/** Receives the text of one value. */
export interface TextSink {
  /** Takes unescaped UTF-8, which is valid until it returns. */
  add(bytes: Uint8Array): void;
  /** The text is complete. */
  end(): void;
}

type State =
  | "start"
  | "first key"
  | "key"
  | "colon"
  | "value"
  | "text"
  | "escape"
  | "hex"
  | "scalar"
  | "first item"
  | "item"
  | "after item"
  | "after value"
  | "done";

function hexDigit(byte: number): number | undefined {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : undefined;
}

function notFlat(): Error {
  return protocolError("the message is not a flat JSON object of texts");
}

/**
 * A scanner, fed with the bytes as they arrive.
 *
 * @example
 * ```ts
 * import { FlatJsonScanner } from "./flat_json.ts";
 *
 * const keys: string[] = [];
 * const scanner = new FlatJsonScanner((key) => void keys.push(key));
 * scanner.push(new TextEncoder().encode('{"a": "b"}'));
 * scanner.end();
 * if (keys.join() !== "a") throw new Error();
 * ```
 */
export class FlatJsonScanner {
  readonly #begin: (key: string, isList: boolean) => TextSink | undefined | void;
  readonly #lists: boolean;
  readonly #utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  readonly #key: number[] = [];
  readonly #out = new Uint8Array(OUT_BYTES);
  #outBytes = 0;
  #state: State = "start";
  #fields = 0;
  /** The state after the text that is scanned. */
  #afterText: State = "colon";
  #sink: TextSink | undefined;
  /** Takes all texts of the current list. */
  #list: TextSink | undefined;
  #scalar = new JsonScalar();
  #hex = 0;
  #hexDigits = 0;
  /** The first half of a surrogate pair, or 0. */
  #high = 0;

  /**
   * @param begin Called when the text or the list of a key begins; returns its sink, if it has one.
   *   That of a list takes its texts one after the other.
   * @param lists Whether values may be lists of texts. @default {false}
   */
  constructor(begin: (key: string, isList: boolean) => TextSink | undefined | void, lists = false) {
    this.#begin = begin;
    this.#lists = lists;
  }

  /**
   * Scans the next bytes.
   *
   * @throws `protocol` as soon as they cannot belong to a flat object of well-formed text, or for
   *   more than {@linkcode MAX_JSON_FIELDS} fields.
   */
  push(bytes: Uint8Array): void {
    this.#requireUtf8(bytes);
    for (let at = 0; at < bytes.length;) {
      if (this.#state === "text") at = this.#text(bytes, at);
      else this.#step(bytes[at++]!);
    }
  }

  /** @throws `protocol` if the object is not complete. */
  end(): void {
    this.#requireUtf8();
    if (this.#state !== "done") throw notFlat();
  }

  #requireUtf8(bytes?: Uint8Array): void {
    try {
      this.#utf8.decode(bytes, { stream: bytes !== undefined });
    } catch (cause) {
      throw protocolError("the message is not UTF-8", cause);
    }
  }

  #step(byte: number): void {
    if (this.#state === "escape") return this.#escape(byte);
    if (this.#state === "hex") return this.#hexDigit(byte);
    if (this.#state === "scalar") {
      if (JsonScalar.isByte(byte)) return this.#addScalar(byte);
      if (!this.#scalar.isValid) throw notFlat();
      this.#state = "after value";
    }
    if (byte === SPACE || byte === 0x09 || byte === 0x0a || byte === 0x0d) return;
    this.#state = this.#next(String.fromCharCode(byte), byte);
  }

  #next(char: string, byte: number): State {
    switch (this.#state) {
      case "start":
        if (char === "{") return "first key";
        break;
      case "first key":
        if (char === "}") return "done";
        if (char === '"') return this.#beginKey();
        break;
      case "key":
        if (char === '"') return this.#beginKey();
        break;
      case "colon":
        if (char === ":") return "value";
        break;
      case "value":
        if (char === '"') return this.#beginText(this.#sinkOfKey(false), "after value");
        if (char === "[" && this.#lists) return this.#beginList();
        if (JsonScalar.isByte(byte)) return this.#beginScalar(byte);
        break;
      case "first item":
      case "item":
        if (char === '"') return this.#beginText(this.#list, "after item");
        if (char === "]" && this.#state === "first item") return "after value";
        break;
      case "after item":
        if (char === ",") return "item";
        if (char === "]") return "after value";
        break;
      case "after value":
        if (char === ",") return "key";
        if (char === "}") return "done";
        break;
    }
    throw notFlat();
  }

  #beginKey(): State {
    if (++this.#fields > MAX_JSON_FIELDS) throw protocolError("the message has too many fields");
    const key = this.#key;
    key.length = 0;
    const add = (bytes: Uint8Array) =>
      void key.push(...bytes.subarray(0, MAX_KEY_BYTES + 1 - key.length));
    return this.#beginText({ add, end: () => {} }, "colon");
  }

  #beginList(): State {
    this.#list = this.#sinkOfKey(true);
    return "first item";
  }

  #sinkOfKey(isList: boolean): TextSink | undefined {
    const key = new TextDecoder().decode(Uint8Array.from(this.#key));
    return this.#begin(key, isList) ?? undefined;
  }

  #beginText(sink: TextSink | undefined, after: State): State {
    this.#sink = sink;
    this.#afterText = after;
    return "text";
  }

  /** Scans text up to the next escape or its end. @returns The position after it. */
  #text(bytes: Uint8Array, start: number): number {
    let at = start;
    while (at < bytes.length) {
      const byte = bytes[at]!;
      if (byte === QUOTE || byte === BACKSLASH || byte < SPACE) break;
      at++;
    }
    if (at > start) {
      this.#requireNoHigh();
      this.#flush();
      this.#sink?.add(bytes.subarray(start, at));
    }
    if (at === bytes.length) return at;
    if (bytes[at] === BACKSLASH) this.#state = "escape";
    else if (bytes[at] === QUOTE) this.#endText();
    else throw notFlat();
    return at + 1;
  }

  #endText(): void {
    this.#requireNoHigh();
    this.#flush();
    this.#sink?.end();
    this.#sink = undefined;
    this.#state = this.#afterText;
  }

  #escape(byte: number): void {
    if (byte === 0x75) {
      this.#hex = 0;
      this.#hexDigits = 0;
      this.#state = "hex";
      return;
    }
    const meant = ESCAPES.get(byte);
    if (meant === undefined) throw notFlat();
    this.#requireNoHigh();
    this.#put(meant);
    this.#state = "text";
  }

  #hexDigit(byte: number): void {
    const digit = hexDigit(byte);
    if (digit === undefined) throw notFlat();
    this.#hex = this.#hex << 4 | digit;
    if (++this.#hexDigits < 4) return;
    this.#state = "text";
    this.#unit(this.#hex);
  }

  /** Puts a UTF-16 code unit; the first half of a pair waits for the second. */
  #unit(unit: number): void {
    const isLow = unit >= 0xdc00 && unit <= 0xdfff;
    if (isLow !== (this.#high !== 0)) throw protocolError("the message has half a character");
    if (isLow) {
      const code = 0x10000 + ((this.#high - 0xd800) << 10) + (unit - 0xdc00);
      this.#high = 0;
      this.#put(0xf0 | code >> 18, 0x80 | code >> 12 & 63, 0x80 | code >> 6 & 63, 0x80 | code & 63);
    } else if (unit >= 0xd800 && unit <= 0xdbff) this.#high = unit;
    else if (unit < 0x80) this.#put(unit);
    else if (unit < 0x800) this.#put(0xc0 | unit >> 6, 0x80 | unit & 63);
    else this.#put(0xe0 | unit >> 12, 0x80 | unit >> 6 & 63, 0x80 | unit & 63);
  }

  #requireNoHigh(): void {
    if (this.#high !== 0) throw protocolError("the message has half a character");
  }

  #put(...bytes: number[]): void {
    if (this.#outBytes + bytes.length > OUT_BYTES) this.#flush();
    for (const byte of bytes) this.#out[this.#outBytes++] = byte;
  }

  #flush(): void {
    if (this.#outBytes > 0) this.#sink?.add(this.#out.subarray(0, this.#outBytes));
    this.#outBytes = 0;
  }

  #beginScalar(byte: number): State {
    this.#scalar = new JsonScalar();
    this.#addScalar(byte);
    return "scalar";
  }

  #addScalar(byte: number): void {
    if (!this.#scalar.add(byte)) throw notFlat();
  }
}
