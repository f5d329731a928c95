/**
 * Times in zip archives.
 *
 * @module
 */

import { LittleEndian } from "./little_endian.ts";

const FIRST_MS = Date.UTC(1980, 0, 1);
const LAST_MS = Date.UTC(2107, 11, 31, 23, 59, 58);
const MAX_SECONDS = 0x7fffffff;
const TIME_FIELD_BYTES = 9;
const HAS_MTIME = new Uint8Array([1]);

/**
 * The time and the date of MS-DOS, in steps of two seconds from 1980 to 2107. They are meant to be
 * local, but nobody knows where; this is UTC.
 */
export function dosTime(ms: number): readonly [time: number, date: number] {
  const at = new Date(Math.min(Math.max(ms, FIRST_MS), LAST_MS));
  const time = (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1);
  const date = ((at.getUTCFullYear() - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) |
    at.getUTCDate();
  return [time, date];
}

/** The extra field with the time in seconds (`UT` of Info-ZIP); empty for one that it cannot hold. */
export function timeField(ms: number): Uint8Array<ArrayBuffer> {
  const seconds = Math.floor(ms / 1000);
  if (seconds < -MAX_SECONDS || seconds > MAX_SECONDS) return new Uint8Array();
  const record = new LittleEndian(TIME_FIELD_BYTES).u16(0x5455).u16(TIME_FIELD_BYTES - 4);
  return record.put(HAS_MTIME).u32(seconds).bytes;
}
