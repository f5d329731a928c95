/**
 * The bytes of an archive around the contents of its files. A writer does no reading or sending: the
 * same code that writes an archive also says in advance how long it will be.
 *
 * @module
 */

import { SMALL_FILE_BYTES } from "../../base/limits.ts";

/** A file or folder in an archive. */
export interface ArchiveEntry {
  /** Its name: relative, with `/` between names; that of a folder ends with one. */
  readonly name: string;
  readonly type: "file" | "dir";
  /** Size in bytes; 0 for a folder. */
  readonly bytes: number;
  /** Time of the last change, in milliseconds since 1970. */
  readonly mtimeMs: number;
  /** Permission bits of owner, group and others. */
  readonly mode: number;
}

/** Writes an archive, one entry after the other: its head, its content (by the caller), its tail. */
export interface ArchiveWriter {
  /** Continues the checksum of a content. @param before The checksum of what precedes; 0 at first. */
  checksum(bytes: Uint8Array, before: number): number;
  /**
   * Begins an entry.
   *
   * @param checksum That of its whole content; `undefined` if it is not known yet.
   */
  head(entry: ArchiveEntry, checksum: number | undefined): Uint8Array<ArrayBuffer>;
  /** Ends an entry. @param checksum That of its whole content. */
  tail(entry: ArchiveEntry, checksum: number): Uint8Array<ArrayBuffer>;
  /** Ends the archive. */
  end(): Iterable<Uint8Array<ArrayBuffer>>;
}

/** Whether the content of an entry is in memory before its head is written. */
export function isRead({ bytes }: ArchiveEntry): boolean {
  return bytes <= SMALL_FILE_BYTES;
}

/** Adds up the size of an archive, by writing it without its content. */
export class ArchiveSize {
  readonly #writer: ArchiveWriter;
  #bytes = 0;

  /** @param writer A new one, which cannot be used for anything else. */
  constructor(writer: ArchiveWriter) {
    this.#writer = writer;
  }

  /** Adds an entry. */
  add(entry: ArchiveEntry): void {
    this.#bytes += this.#writer.head(entry, isRead(entry) ? 0 : undefined).length + entry.bytes;
    this.#bytes += this.#writer.tail(entry, 0).length;
  }

  /** The size in bytes, once all entries were added. */
  total(): number {
    for (const { length } of this.#writer.end()) this.#bytes += length;
    return this.#bytes;
  }
}
