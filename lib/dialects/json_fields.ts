/**
 * The fields of one message of the `json` dialect, collected as its bytes arrive.
 *
 * @module
 */

import { BLOCK_BYTES, MAX_PATH_BYTES } from "../base/limits.ts";
import { FlatJsonScanner, type TextSink } from "./flat_json.ts";

const FIRST_ROOM_BYTES = 4096;
const NUL = new Uint8Array(1);

/** Text collected in blocks of {@linkcode BLOCK_BYTES}, of which only the last may be shorter. */
class TextBlocks implements TextSink {
  readonly #whole: Uint8Array<ArrayBuffer>[] = [];
  #last = new Uint8Array(FIRST_ROOM_BYTES);
  #used = 0;

  add(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) {
      if (this.#used === this.#last.length) this.#grow();
      const piece = bytes.subarray(at, at + this.#last.length - this.#used);
      this.#last.set(piece, this.#used);
      this.#used += piece.length;
      at += piece.length;
    }
  }

  #grow(): void {
    const full = this.#last;
    if (full.length === BLOCK_BYTES) {
      this.#whole.push(full);
      this.#last = new Uint8Array(BLOCK_BYTES);
      this.#used = 0;
    } else {
      this.#last = new Uint8Array(full.length * 2);
      this.#last.set(full);
    }
  }

  end(): void {}

  take(): Uint8Array<ArrayBuffer>[] {
    const blocks = this.#whole.splice(0);
    if (this.#used > 0) blocks.push(this.#last.subarray(0, this.#used));
    return blocks;
  }
}

/** The fields that a message may have. */
export interface JsonShape {
  /** Fields with short text; a longer text is cut so that it is still too long for a path. */
  readonly texts: readonly string[];
  /** The field with content. */
  readonly content: string;
  /** Whether the content may be a list of texts. @default {false} */
  readonly lists?: boolean;
}

/** The fields of a message. Fields that it does not need are not stored. */
export class JsonFields {
  readonly #shape: JsonShape;
  readonly #texts = new Map<string, string>();
  readonly #scanner: FlatJsonScanner;
  #content: TextBlocks | undefined;
  #isList = false;

  constructor(shape: JsonShape) {
    this.#shape = shape;
    this.#scanner = new FlatJsonScanner(
      (key, isList) => this.#begin(key, isList),
      shape.lists,
    );
  }

  /** Adds bytes of the message. @throws `protocol` if it is not a flat object. */
  push(bytes: Uint8Array): void {
    this.#scanner.push(bytes);
  }

  /** The message is complete. @throws `protocol` if its object is not. */
  end(): void {
    this.#scanner.end();
  }

  /** The text of a field that has arrived completely. */
  text(field: string): string | undefined {
    return this.#texts.get(field);
  }

  /** Whether the content was a list of texts, each of which ends with a NUL. */
  get isList(): boolean {
    return this.#isList;
  }

  /** Takes the content in blocks, so that it is not held here; `undefined` if there is none. */
  takeContent(): Uint8Array<ArrayBuffer>[] | undefined {
    const blocks = this.#content?.take();
    this.#content = undefined;
    return blocks;
  }

  #begin(key: string, isList: boolean): TextSink | undefined {
    if (key === this.#shape.content) {
      const content = this.#content = new TextBlocks();
      this.#isList = isList;
      if (!isList) return content;
      return { add: (bytes) => content.add(bytes), end: () => content.add(NUL) };
    }
    if (isList || !this.#shape.texts.includes(key)) return undefined;
    const kept: number[] = [];
    return {
      add: (bytes) => void kept.push(...bytes.subarray(0, MAX_PATH_BYTES + 1 - kept.length)),
      end: () => void this.#texts.set(key, new TextDecoder().decode(Uint8Array.from(kept))),
    };
  }
}
