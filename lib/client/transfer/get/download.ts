/**
 * One file from a server to the disk: what is there is checked, what is missing is fetched, and
 * nothing stands under the final name before all of it is verified.
 *
 * @module
 */

import { FtError, hasCode } from "../../../base/errors.ts";
import { BLOCK_BYTES } from "../../../base/limits.ts";
import {
  blockCount,
  DigestList,
  eachDigest,
  rootOf,
  sameDigest,
} from "../../../blocks/manifest.ts";
import type { FileInfo, Files, Manifest } from "../../../service/files.ts";
import { againOnChange } from "../changed_source.ts";
import { fetchBlocks } from "./block_fetch.ts";
import type { TransferResult } from "../../remote/transfer_events.ts";
import { freeName } from "../free_name.ts";
import { localBlocks, LocalFile } from "../local_digests.ts";
import { lstatOrNull, PartFile, partPath, removeLeftovers } from "./part_file.ts";
import { Progress, type TransferContext } from "../transfer_context.ts";

/** Which file goes where. */
export interface DownloadJob {
  /** The name on the server. */
  readonly name: string;
  /** The local path. */
  readonly target: string;
}

/** A local file that stands where a download wants to go. */
interface Base {
  readonly path: string;
  readonly bytes: number;
}

/**
 * Downloads a file.
 *
 * @throws `conflict` when the target has other content and may not be replaced, `integrity` when
 *   a block stays damaged, and what server, network and disk give.
 */
export function download(
  files: Files,
  job: DownloadJob,
  parts: TransferContext,
  progress: Progress,
): Promise<TransferResult> {
  const changed = `${job.name} changed on the server meanwhile`;
  return againOnChange(changed, parts, progress, () => attempt(files, job, parts, progress));
}

async function attempt(
  files: Files,
  job: DownloadJob,
  parts: TransferContext,
  progress: Progress,
): Promise<TransferResult> {
  const base = findBase(job.target);
  const partial = parts.options.resume && lstatOrNull(partPath(job.target)) !== null;
  if (base === null && !partial) return await fetchWhole(files, job, parts, progress);
  await using manifest = await files.manifest(job.name, signalOf(parts));
  const wanted = await gather(manifest);
  if (base !== null && await sameContent(base, manifest.info, wanted, parts)) {
    progress.add(base.bytes, 0);
    removeLeftovers(job.target);
    return resultOf(job.name, job.target, manifest.info, wanted, progress);
  }
  const target = base === null ? job.target : otherTarget(job.target, parts);
  return await fetchRest(files, { ...job, target }, parts, progress, {
    info: manifest.info,
    wanted,
    base: target === job.target ? base : null,
  });
}

function signalOf({ signal }: TransferContext): { signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}

/** The existing target. @throws `conflict` when it is not a plain file. */
function findBase(target: string): Base | null {
  const found = lstatOrNull(target);
  if (found === null) return null;
  if (!found.isFile) {
    const what = found.isDirectory ? "a folder" : "not a plain file";
    throw new FtError("conflict", `Cannot write ${target}: it is ${what}`, { name: target });
  }
  return { path: target, bytes: found.size };
}

async function gather(manifest: Manifest): Promise<DigestList> {
  const blocks = blockCount(manifest.info.bytes);
  const list = new DigestList();
  let index = 0;
  for await (const run of manifest.digests) {
    for (const digest of eachDigest(run)) {
      if (index === blocks) break;
      list.set(index++, digest);
    }
  }
  if (index === blocks) return list;
  throw new FtError("protocol", `the manifest of ${manifest.info.path} is short`);
}

async function sameContent(
  base: Base,
  info: FileInfo,
  wanted: DigestList,
  parts: TransferContext,
): Promise<boolean> {
  if (base.bytes !== info.bytes) return false;
  using file = new LocalFile(base.path);
  for await (using block of localBlocks(file, base.bytes, parts, base.path)) {
    if (!sameDigest(wanted.get(block.index)!, block.digest)) return false;
  }
  return true;
}

/** Where content goes whose target exists with other content. */
function otherTarget(target: string, { options }: TransferContext): string {
  switch (options.existing) {
    case "overwrite":
      return target;
    case "rename":
      return freeName(target, (path) => lstatOrNull(path) !== null);
    case "refuse":
      throw new FtError("conflict", `already exists: ${target}`, { name: target });
  }
}

/** Everything from the server, no manifest asked: the digests come with the blocks. */
async function fetchWhole(
  files: Files,
  job: DownloadJob,
  parts: TransferContext,
  progress: Progress,
): Promise<TransferResult> {
  return await withPart(job, parts, async (part) => {
    part.truncate(0);
    const digests = new DigestList();
    const info = await fetchBlocks(files, { name: job.name, part, digests }, parts, progress);
    return finish(part, job, parts, progress, info, digests);
  });
}

/** Lends the part file; it stays after an error where it can be of use to a later try. */
async function withPart<T>(
  { target }: DownloadJob,
  { options }: TransferContext,
  work: (part: PartFile) => Promise<T>,
): Promise<T> {
  using part = PartFile.open(target);
  try {
    return await work(part);
  } catch (error) {
    // A full disk must not stay full of what made it so.
    if (part.bytes === 0 || !options.resume || hasCode(error, "disk_full")) part.discard();
    throw error;
  }
}

/** What a partial download has to go by. */
interface Known {
  readonly info: FileInfo;
  readonly wanted: DigestList;
  readonly base: Base | null;
}

/** Only what neither the part file nor the old target has. */
async function fetchRest(
  files: Files,
  job: DownloadJob,
  parts: TransferContext,
  progress: Progress,
  known: Known,
): Promise<TransferResult> {
  const { info, wanted } = known;
  return await withPart(job, parts, async (part) => {
    if (!parts.options.resume) part.truncate(0);
    noticeChange(part, info, job, parts);
    const missing = await adopt(part, known, parts, progress);
    part.begin({ name: job.name, bytes: info.bytes, revision: info.revision });
    if (missing.length > 0) {
      const what = { name: job.name, part, digests: new DigestList(), wanted, missing, info };
      await fetchBlocks(files, what, parts, progress);
    }
    return finish(part, job, parts, progress, info, wanted);
  });
}

function noticeChange(
  part: PartFile,
  info: FileInfo,
  job: DownloadJob,
  parts: TransferContext,
): void {
  const journal = part.journal();
  if (journal === null || journal.revision === info.revision) return;
  const text = `${job.name} changed since the partial download: only equal blocks are kept`;
  parts.onEvent({ kind: "notice", text });
}

/** Checks the part file, takes equal blocks from the base, and tells what is missing. */
async function adopt(
  part: PartFile,
  { info, wanted, base }: Known,
  parts: TransferContext,
  progress: Progress,
): Promise<number[]> {
  const have = new Set<number>();
  const usable = Math.min(part.bytes, info.bytes);
  for await (using block of localBlocks(part, usable, parts, info.path)) {
    const want = wanted.get(block.index);
    if (want === undefined || !sameDigest(want, block.digest)) continue;
    have.add(block.index);
    progress.add(block.bytes.length, 0);
  }
  if (base !== null) await copyEqual(part, wanted, base, have, parts, progress);
  return Array.from({ length: blockCount(info.bytes) }, (_, i) => i).filter((i) => !have.has(i));
}

async function copyEqual(
  part: PartFile,
  wanted: DigestList,
  base: Base,
  have: Set<number>,
  parts: TransferContext,
  progress: Progress,
): Promise<void> {
  using file = new LocalFile(base.path);
  // Hashed again on the way: the old file may change while it is copied.
  for await (using block of localBlocks(file, base.bytes, parts, base.path)) {
    const want = wanted.get(block.index);
    if (have.has(block.index) || want === undefined || !sameDigest(want, block.digest)) continue;
    await part.writeAt(block.index * BLOCK_BYTES, block.bytes);
    have.add(block.index);
    progress.add(block.bytes.length, 0);
  }
}

function finish(
  part: PartFile,
  job: DownloadJob,
  parts: TransferContext,
  progress: Progress,
  info: FileInfo,
  digests: DigestList,
): TransferResult {
  parts.signal?.throwIfAborted();
  const result = resultOf(job.name, job.target, info, digests, progress);
  if (info.root !== undefined && info.root !== result.root) {
    throw new FtError("integrity", `content of ${job.name} is not what the server promised`, {
      name: job.name,
    });
  }
  const { existing, times } = parts.options;
  part.truncate(info.bytes);
  part.publish({
    replace: existing === "overwrite",
    executable: times && info.executable,
    ...(times && { mtimeMs: info.mtimeMs }),
  });
  return result;
}

function resultOf(
  name: string,
  path: string,
  info: FileInfo,
  digests: DigestList,
  progress: Progress,
): TransferResult {
  const root = rootOf(digests.concat(blockCount(info.bytes)), info.bytes);
  const { moved, seconds } = progress;
  return { op: "get", name, path, bytes: info.bytes, moved, root, seconds, verified: "blocks" };
}
