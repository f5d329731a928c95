/**
 * Reads a protocol of lines, some of which are followed by content that is skipped.
 *
 * @module
 */

/** Longer lines are no protocol that this can read. */
const MAX_LINE_BYTES = 64 * 1024;

/** Splits a stream of bytes into lines. */
export class ProtocolLines {
  readonly #onLine: (line: string) => number;
  #pending = "";
  #skip = 0;

  /** @param onLine Called with each line without its end; returns how many bytes follow that are no lines. */
  constructor(onLine: (line: string) => number) {
    this.#onLine = onLine;
  }

  /** Reads the next bytes. @throws {Error} For a line that is too long. */
  read(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) {
      const skipped = Math.min(this.#skip, bytes.length - at);
      this.#skip -= skipped;
      at += skipped;
      const end = bytes.indexOf(0x0a, at);
      if (at === bytes.length) return;
      const until = end === -1 ? bytes.length : end;
      this.#pending += String.fromCharCode(...bytes.subarray(at, until));
      if (this.#pending.length > MAX_LINE_BYTES) throw new Error("not a protocol of lines");
      if (end === -1) return;
      at = end + 1;
      const line = this.#pending.replace(/\r$/, "");
      this.#pending = "";
      this.#skip = this.#onLine(line);
    }
  }
}
