import { assertEquals } from "@std/assert";
import { concat } from "@std/bytes/concat";
import { MAX_ARCHIVE_ENTRIES } from "../../../lib/base/limits.ts";
import {
  type ArchiveEntry,
  ArchiveSize,
  type ArchiveWriter,
  isRead,
} from "../../../lib/web/archive/archive_writer.ts";
import { TarWriter } from "../../../lib/web/archive/tar_writer.ts";
import { ZipWriter } from "../../../lib/web/archive/zip_writer.ts";
import { dosTime, timeField } from "../../../lib/web/archive/zip_times.ts";
import { type Finished, RunningProgram } from "../../../testing/programs/running_program.ts";
import { pure } from "../../../testing/pure.ts";
import { needsProgram } from "../../../testing/skip.ts";
import { type TempDir, tempDir } from "../../../testing/temp_dir.ts";

const GIB = 1024 ** 3;
const ZERO_MIB = new Uint8Array(1 << 20);

function fileEntry(name: string, bytes: number): ArchiveEntry {
  return { name, type: "file", bytes, mtimeMs: 1_000_000_001_000, mode: 0o644 };
}

function sizeOf(writer: ArchiveWriter, entries: Iterable<ArchiveEntry>): number {
  const size = new ArchiveSize(writer);
  for (const entry of entries) size.add(entry);
  return size.total();
}

/** Writes an archive whose files have only zeros, as holes. @returns Its size. */
async function writeSparse(
  path: string,
  writer: ArchiveWriter,
  entries: Iterable<ArchiveEntry>,
): Promise<number> {
  using file = await Deno.open(path, { write: true, create: true });
  let pending: Uint8Array[] = [];
  const flush = async () => {
    const bytes = concat(pending);
    pending = [];
    for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
  };
  for (const entry of entries) {
    let checksum = 0;
    for (let left = entry.bytes; left > 0; left -= ZERO_MIB.length) {
      checksum = writer.checksum(ZERO_MIB.subarray(0, Math.min(left, ZERO_MIB.length)), checksum);
    }
    pending.push(writer.head(entry, isRead(entry) ? checksum : undefined));
    if (entry.bytes > 0) {
      await flush();
      await file.seek(entry.bytes, Deno.SeekMode.Current);
    }
    pending.push(writer.tail(entry, checksum));
  }
  pending.push(...writer.end());
  await flush();
  return (await file.stat()).size;
}

function run(dir: TempDir, path: string, ...args: readonly string[]): Promise<Finished> {
  return RunningProgram.start({ path, args: [] }, args, { cwd: dir.path }).finished;
}

/** Sizes around those at which a zip archive needs its 64-bit fields: of a file, and of an offset. */
const LARGE = [
  fileEntry("just below", 2 ** 32 - 2),
  fileEntry("just above", 2 ** 32 - 1),
  fileEntry("small", 3),
];

Deno.test({
  name: "ZipWriter writes files and offsets of 4 GiB that unzip, zipinfo and bsdtar read",
  ...await needsProgram("zipinfo", "-h"),
  async fn() {
    await using dir = await tempDir();
    const bytes = await writeSparse(dir.join("a.zip"), new ZipWriter(), LARGE);
    assertEquals(bytes, sizeOf(new ZipWriter(), LARGE));
    const { code, stdout, stderr } = await run(dir, "zipinfo", "-l", "a.zip");
    assertEquals(code, 0, stdout + stderr);
    for (const { name, bytes } of LARGE) {
      assertEquals(new RegExp(` ${bytes} .* ${name}$`, "m").test(stdout), true, stdout);
    }
    assertEquals((await run(dir, "unzip", "-p", "a.zip", "small")).stdout, "\0\0\0");
  },
});

Deno.test({
  name: "bsdtar reads a zip archive of more than 8 GiB to its end",
  ...await needsProgram("bsdtar", "--version"),
  async fn() {
    await using dir = await tempDir();
    await writeSparse(dir.join("a.zip"), new ZipWriter(), LARGE);
    const listed = await run(dir, "bsdtar", "-tvf", "a.zip");
    assertEquals(listed.code, 0, listed.stderr);
    assertEquals(listed.stdout.match(/\d{10}|\b3\b(?= Sep)/g), ["4294967294", "4294967295", "3"]);
    assertEquals((await run(dir, "bsdtar", "-xOf", "a.zip", "small")).stdout, "\0\0\0");
  },
});

Deno.test({
  name: "ZipWriter writes as many entries as an archive may have",
  ...await needsProgram("unzip", "-v"),
  async fn() {
    await using dir = await tempDir();
    const entries = Array.from({ length: MAX_ARCHIVE_ENTRIES }, (_, i) => fileEntry(`f${i}`, 0));
    const bytes = await writeSparse(dir.join("a.zip"), new ZipWriter(), entries);
    assertEquals(bytes, sizeOf(new ZipWriter(), entries));
    const { code, stdout } = await run(dir, "unzip", "-tq", "a.zip");
    assertEquals([code, stdout], [0, "No errors detected in compressed data of a.zip.\n"]);
    const { stdout: names } = await run(dir, "zipinfo", "-1", "a.zip");
    assertEquals(names.trim().split("\n").length, MAX_ARCHIVE_ENTRIES);
  },
});

Deno.test({
  name: "TarWriter writes sizes of 8 GiB, long names, UTF-8 and times before 1970",
  ...await needsProgram("tar", "--version"),
  async fn() {
    await using dir = await tempDir();
    const long = `${"d".repeat(98)}/${"ä".repeat(100)}`;
    const entries: ArchiveEntry[] = [
      { ...fileEntry("below", 8 * GIB - 1), mode: 0o755 },
      fileEntry("above", 8 * GIB),
      fileEntry("x".repeat(100), 1),
      fileEntry("x".repeat(101), 512),
      { ...fileEntry(long, 513), mtimeMs: -1000 },
      { ...fileEntry("dir/", 0), type: "dir", mode: 0o750 },
    ];
    const bytes = await writeSparse(dir.join("a.tar"), new TarWriter(), entries);
    assertEquals(bytes, sizeOf(new TarWriter(), entries));
    const utf8 = ["-u", "LC_ALL", "TZ=UTC", "LC_ALL=C.UTF-8"];
    const { code, stdout, stderr } = await run(dir, "env", ...utf8, "tar", "-tvf", "a.tar");
    assertEquals(code, 0, stderr);
    const day = "2001-09-09 01:46";
    assertEquals(stdout.trim().split("\n").map((line) => line.replace(/ +/g, " ")), [
      `-rwxr-xr-x 0/0 ${8 * GIB - 1} ${day} below`,
      `-rw-r--r-- 0/0 ${8 * GIB} ${day} above`,
      `-rw-r--r-- 0/0 1 ${day} ${"x".repeat(100)}`,
      `-rw-r--r-- 0/0 512 ${day} ${"x".repeat(101)}`,
      `-rw-r--r-- 0/0 513 1969-12-31 23:59 ${long}`,
      `drwxr-x--- 0/0 0 ${day} dir/`,
    ]);
  },
});

pure("zip times are those of the file, as far as the fields can hold them", () => {
  const time = (text: string) => dosTime(Date.parse(text));
  assertEquals(time("2026-03-04T05:06:07Z"), [(5 << 11) | (6 << 5) | 3, (46 << 9) | (3 << 5) | 4]);
  assertEquals(time("1960-01-01T00:00:00Z"), time("1980-01-01T00:00:00Z"));
  assertEquals(time("9999-01-01T00:00:00Z"), time("2107-12-31T23:59:58Z"));
  assertEquals([...timeField(-1500)], [0x55, 0x54, 5, 0, 1, 0xfe, 0xff, 0xff, 0xff]);
  assertEquals(timeField(2 ** 31 * 1000).length, 0);
});
