/**
 * Tar archives (POSIX.1-2001, `pax`). A record of its own carries what the header cannot: a name that
 * is long or not ASCII, a size of 8 GiB or more, a time before 1970.
 *
 * @module
 */

import { concat } from "@std/bytes/concat";
import type { ArchiveEntry, ArchiveWriter } from "./archive_writer.ts";

const BLOCK = 512;
const MAX_NAME = 100;
const SUM_AT = 148;
/** The checksum counts itself as spaces. */
const BLANK_SUM = " ".repeat(8);
/** No link, and the version of the format. */
const AFTER_KIND = `${"\0".repeat(100)}ustar\0` + "00";
/** The largest number of eleven octal digits. */
const MAX_NUMBER = 0o77777777777;
const ASCII = /^[\x20-\x7e]*$/;

const utf8 = new TextEncoder();

/** Writes a tar archive. */
export class TarWriter implements ArchiveWriter {
  /** There is none. */
  checksum(): number {
    return 0;
  }

  head(entry: ArchiveEntry): Uint8Array<ArrayBuffer> {
    const { name, bytes, mtimeMs, mode } = entry;
    const seconds = Math.floor(mtimeMs / 1000);
    const time = seconds < 0 || seconds > MAX_NUMBER ? 0 : seconds;
    const records = [
      ...(ASCII.test(name) && name.length <= MAX_NAME ? [] : [record("path", name)]),
      ...(bytes > MAX_NUMBER ? [record("size", String(bytes))] : []),
      ...(time === seconds ? [] : [record("mtime", String(seconds))]),
    ];
    const size = bytes > MAX_NUMBER ? 0 : bytes;
    const kind = entry.type === "dir" ? "5" : "0";
    const short = name.replace(/[^\x20-\x7e]/g, "_").slice(0, MAX_NAME);
    const own = header({ name: short, mode, size, time, kind });
    if (records.length === 0) return own;
    const body = concat(records);
    const before = header({ name: "PaxHeader", mode: 0o644, size: body.length, time, kind: "x" });
    return concat([before, body, padding(body.length), own]);
  }

  tail({ bytes }: ArchiveEntry): Uint8Array<ArrayBuffer> {
    return padding(bytes);
  }

  *end(): Generator<Uint8Array<ArrayBuffer>> {
    yield new Uint8Array(2 * BLOCK);
  }
}

/** Zeros up to the next block. */
function padding(bytes: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array((BLOCK - bytes % BLOCK) % BLOCK);
}

/** A record, which begins with its own length. */
function record(key: string, value: string): Uint8Array<ArrayBuffer> {
  const text = utf8.encode(` ${key}=${value}\n`);
  let length = text.length;
  while (String(length).length + text.length !== length) {
    length = String(length).length + text.length;
  }
  return concat([utf8.encode(String(length)), text]);
}

interface Header {
  readonly name: string;
  readonly mode: number;
  readonly size: number;
  /** In seconds. */
  readonly time: number;
  /** The kind of entry, as a digit or letter. */
  readonly kind: string;
}

function header({ name, mode, size, time, kind }: Header): Uint8Array<ArrayBuffer> {
  const ids = octal(0, 8) + octal(0, 8);
  const block = new Uint8Array(BLOCK);
  const text = name.padEnd(MAX_NAME, "\0") + octal(mode, 8) + ids + octal(size, 12) +
    octal(time, 12) + BLANK_SUM + kind + AFTER_KIND;
  utf8.encodeInto(text, block);
  let sum = 0;
  for (const byte of block) sum += byte;
  utf8.encodeInto(`${octal(sum, 7)} `, block.subarray(SUM_AT));
  return block;
}

function octal(value: number, width: number): string {
  return `${value.toString(8).padStart(width - 1, "0")}\0`;
}
