/**
 * The numbers and words of a JSON object: `-1.5e3`, `true`, `null`.
 *
 * @module
 */

/** The longest one, in characters. */
const MAX_CHARS = 64;

/** Collects the characters of a number or a word. */
export class JsonScalar {
  #text = "";

  /** Whether a byte may belong to one. */
  static isByte(byte: number): boolean {
    return /[-+.0-9A-Za-z]/.test(String.fromCharCode(byte));
  }

  /** Adds a byte. @returns Whether it is still short enough. */
  add(byte: number): boolean {
    this.#text += String.fromCharCode(byte);
    return this.#text.length <= MAX_CHARS;
  }

  /** Whether it is valid. */
  get isValid(): boolean {
    try {
      JSON.parse(this.#text);
      return true;
    } catch {
      return false;
    }
  }
}
