/**
 * Zip archives, stored without compression (APPNOTE.TXT 6.3 of PKWARE), with 64-bit sizes where they
 * are needed.
 *
 * @module
 */

import { concat } from "@std/bytes/concat";
import { crc32 } from "node:zlib";
import type { ArchiveEntry, ArchiveWriter } from "./archive_writer.ts";
import { BytePieces } from "./byte_pieces.ts";
import { LittleEndian } from "./little_endian.ts";
import { dosTime, timeField } from "./zip_times.ts";

/** A number that takes more than 32 bits, or 16 bits, is in a 64-bit field instead. */
const MAX_32 = 0xffffffff;
const MAX_16 = 0xffff;
/** Sizes of records, without what varies. */
const LOCAL_BYTES = 30;
const CENTRAL_BYTES = 46;
const END_BYTES = 22;
const END_64_BYTES = 56;
const STORED = 0;
const VERSION = 20;
const VERSION_64 = 45;
/** 3 is Unix: the external attributes are a mode. */
const MADE_BY = (3 << 8) | VERSION_64;
const NAME_IS_UTF8 = 1 << 11;
/** The checksum follows the content. */
const HAS_DESCRIPTOR = 1 << 3;
const REGULAR = 0o100000;
const FOLDER = 0o040000;
/** The attribute by which MS-DOS marks a folder. */
const DOS_FOLDER = 0x10;

const utf8 = new TextEncoder();

/** Writes a zip archive. */
export class ZipWriter implements ArchiveWriter {
  readonly #directory = new BytePieces();
  #entries = 0;
  #bytes = 0;
  /** Where the entry that is being written begins. */
  #start = 0;
  #hasDescriptor = false;

  checksum(bytes: Uint8Array, before: number): number {
    return crc32(bytes, before);
  }

  head(entry: ArchiveEntry, checksum: number | undefined): Uint8Array<ArrayBuffer> {
    this.#start = this.#bytes;
    this.#hasDescriptor = checksum === undefined;
    const { bytes, mtimeMs } = entry;
    const name = utf8.encode(entry.name);
    // With a descriptor the sizes are 0 here (4.4.4), and 64-bit ones where that has 64-bit ones.
    const long = bytes >= MAX_32;
    const size = long ? MAX_32 : this.#hasDescriptor ? 0 : bytes;
    const extra = long ? concat([field64([0, 0]), timeField(mtimeMs)]) : timeField(mtimeMs);
    const head = new LittleEndian(LOCAL_BYTES + name.length + extra.length)
      .u32(0x04034b50).u16(long ? VERSION_64 : VERSION).put(this.#common(mtimeMs))
      .u32(checksum ?? 0).u32(size).u32(size).u16(name.length).u16(extra.length)
      .put(name).put(extra).bytes;
    this.#bytes += head.length + bytes;
    return head;
  }

  /** Flags, method and time, which are the same in both records of an entry. */
  #common(mtimeMs: number): Uint8Array {
    const [time, date] = dosTime(mtimeMs);
    const flags = NAME_IS_UTF8 | (this.#hasDescriptor ? HAS_DESCRIPTOR : 0);
    return new LittleEndian(8).u16(flags).u16(STORED).u16(time).u16(date).bytes;
  }

  tail(entry: ArchiveEntry, checksum: number): Uint8Array<ArrayBuffer> {
    const descriptor = this.#hasDescriptor ? descriptorOf(entry, checksum) : new Uint8Array();
    this.#bytes += descriptor.length;
    this.#record(entry, checksum);
    return descriptor;
  }

  /** Adds an entry to the directory at the end of the archive. */
  #record({ name: text, type, bytes, mtimeMs, mode }: ArchiveEntry, checksum: number): void {
    const name = utf8.encode(text);
    const start = this.#start;
    // All three numbers or none: unzip 6.0 confuses them when only one takes 64 bits.
    const long = bytes >= MAX_32 || start >= MAX_32;
    const time = timeField(mtimeMs);
    const extra = long ? concat([field64([bytes, bytes, start]), time]) : time;
    const [size, at] = long ? [MAX_32, MAX_32] : [bytes, start];
    const dir = type === "dir";
    const attributes = ((dir ? FOLDER : REGULAR) | mode) * 0x10000 + (dir ? DOS_FOLDER : 0);
    this.#directory.add(
      new LittleEndian(CENTRAL_BYTES + name.length + extra.length)
        .u32(0x02014b50).u16(MADE_BY).u16(long ? VERSION_64 : VERSION).put(this.#common(mtimeMs))
        .u32(checksum).u32(size).u32(size).u16(name.length).u16(extra.length)
        // Neither a comment nor further disks nor internal attributes.
        .u16(0).u16(0).u16(0).u32(attributes).u32(at)
        .put(name).put(extra).bytes,
    );
    this.#entries++;
  }

  *end(): Generator<Uint8Array<ArrayBuffer>> {
    yield* this.#directory;
    const { bytes: size } = this.#directory;
    const [count, start] = [this.#entries, this.#bytes];
    if (count >= MAX_16 || size >= MAX_32 || start >= MAX_32) yield end64(count, size, start);
    const entries = Math.min(count, MAX_16);
    yield new LittleEndian(END_BYTES)
      .u32(0x06054b50).u16(0).u16(0).u16(entries).u16(entries)
      .u32(Math.min(size, MAX_32)).u32(Math.min(start, MAX_32)).u16(0).bytes;
  }
}

/** The checksum and the sizes, behind the content (4.3.9). */
function descriptorOf({ bytes }: ArchiveEntry, checksum: number): Uint8Array<ArrayBuffer> {
  const long = bytes >= MAX_32;
  const record = new LittleEndian(long ? 24 : 16).u32(0x08074b50).u32(checksum);
  return (long ? record.u64(bytes).u64(bytes) : record.u32(bytes).u32(bytes)).bytes;
}

/** The extra field with 64-bit numbers (4.5.3). */
function field64(values: readonly number[]): Uint8Array<ArrayBuffer> {
  const field = new LittleEndian(4 + 8 * values.length).u16(1).u16(8 * values.length);
  for (const value of values) field.u64(value);
  return field.bytes;
}

/** The end of a directory with 64-bit numbers, and the record by which it is found (4.3.14, 4.3.15). */
function end64(count: number, size: number, start: number): Uint8Array<ArrayBuffer> {
  return new LittleEndian(END_64_BYTES + 20)
    .u32(0x06064b50).u64(END_64_BYTES - 12).u16(MADE_BY).u16(VERSION_64).u32(0).u32(0)
    .u64(count).u64(count).u64(size).u64(start)
    .u32(0x07064b50).u32(0).u64(start + size).u32(1).bytes;
}
