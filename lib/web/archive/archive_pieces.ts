/**
 * The bytes of an archive, read and verified as they are sent.
 *
 * @module
 */

import { concat } from "@std/bytes/concat";
import { FtError } from "../../base/errors.ts";
import { grouped } from "../../base/grouped.ts";
import { BATCH_BYTES, BATCH_WIDTH } from "../../base/limits.ts";
import { smallRoot } from "../../blocks/small_file_digest.ts";
import type { Files, SmallFile } from "../../service/files.ts";
import type { PlannedFile } from "./archive_plan.ts";
import { type ArchiveEntry, type ArchiveWriter, isRead } from "./archive_writer.ts";

/** An entry whose text is made by the server. */
export interface Note extends ArchiveEntry {
  readonly text: Uint8Array<ArrayBuffer>;
}

/** The parts of an archive. */
export interface ArchiveContent {
  readonly files: Files;
  readonly entries: Iterable<PlannedFile | Note>;
  readonly signal: AbortSignal;
}

/**
 * Writes an archive.
 *
 * @returns Its bytes. Each view is valid until the next one is requested.
 * @throws `conflict` for a file that changed since it was listed, `not_found` for one that is gone,
 *   `integrity` for damaged content, and what reading throws.
 */
export async function* archivePieces(
  writer: ArchiveWriter,
  { entries, ...source }: ArchiveContent,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  // A large file fills a group, so it is alone in it.
  for (const group of grouped(entries, BATCH_WIDTH, BATCH_BYTES, roomOf)) {
    const [first] = group;
    if (first !== undefined && "info" in first && !isRead(first)) {
      yield* largeFile(writer, first, source);
    } else yield await smallEntries(writer, group, source);
  }
  yield* writer.end();
}

function roomOf(entry: ArchiveEntry): number {
  return isRead(entry) ? entry.bytes : Infinity;
}

type Source = Omit<ArchiveContent, "entries">;

async function* largeFile(
  writer: ArchiveWriter,
  entry: PlannedFile,
  { files, signal }: Source,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const { path, revision, bytes } = entry.info;
  await using reading = await files.read(path, undefined, { revision, verify: true, signal });
  let checksum = 0;
  let sent = 0;
  for await (using block of reading.blocks) {
    // With the first block it is known that the file can be read.
    if (sent === 0) yield writer.head(entry, undefined);
    checksum = writer.checksum(block.bytes, checksum);
    sent += block.bytes.length;
    yield block.bytes;
  }
  if (sent !== bytes) throw changed(path);
  yield writer.tail(entry, checksum);
}

/** Folders and small files, which are sent together. */
async function smallEntries(
  writer: ArchiveWriter,
  group: readonly (PlannedFile | Note)[],
  { files, signal }: Source,
): Promise<Uint8Array<ArrayBuffer>> {
  const paths = group.flatMap((entry) =>
    "info" in entry && entry.type === "file" ? [entry.info.path] : []
  );
  const read = new Map<string, SmallFile>();
  for await (const result of files.readMany(paths, { signal })) {
    if ("error" in result) throw result.error;
    read.set(result.path, result.value);
  }
  return concat(group.flatMap((entry) => {
    const content = contentOf(entry, read);
    const checksum = writer.checksum(content, 0);
    return [writer.head(entry, checksum), content, writer.tail(entry, checksum)];
  }));
}

function contentOf(
  entry: PlannedFile | Note,
  read: ReadonlyMap<string, SmallFile>,
): Uint8Array {
  if (!("info" in entry)) return entry.text;
  const { path, type, bytes, mtimeMs, root } = entry.info;
  if (type === "dir") return new Uint8Array();
  const file = read.get(path);
  if (file === undefined || file.bytes.length !== bytes || file.mtimeMs !== mtimeMs) {
    throw changed(path);
  }
  if (root === undefined || root === smallRoot(file)) return file.bytes;
  throw new FtError("integrity", `stored content is damaged: ${path}`, { name: path });
}

function changed(path: string): FtError {
  const message = `changed since the archive was begun: ${path}`;
  return new FtError("conflict", message, { name: path, retryable: true });
}
