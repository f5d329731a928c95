/**
 * Downloads one file in blocks: local content is checked, missing blocks are fetched, and nothing
 * appears under the final name before all of it is verified.
 *
 * @module
 */

import { TargetExists } from "../../remote/target_exists.ts";
import { FtError, hasCode } from "../../../base/errors.ts";
import { BLOCK_BYTES } from "../../../base/limits.ts";
import { blockCount, DigestList, eachDigest, sameDigest } from "../../../blocks/manifest.ts";
import type { FileInfo, Files, Manifest } from "../../../service/files.ts";
import type { TransferResult } from "../../remote/transfer_events.ts";
import type { DownloadRequest } from "../../remote/transfers.ts";
import { retryOnChange } from "../changed_source.ts";
import { freeName } from "../free_name.ts";
import { localBlocks } from "../local_blocks.ts";
import { bringFacts, noticeTime } from "../local_facts.ts";
import { LocalFile } from "../local_file.ts";
import { fetchBlocks } from "./block_fetch.ts";
import { localStatus } from "../local_path.ts";
import { untilPlaced } from "./other_writers.ts";
import { isTaken, PartFile, removeLeftovers } from "./part_file.ts";
import { type PartPaths, partPaths } from "./part_names.ts";
import { requireSnapshot, snapshotBytes } from "./snapshot.ts";

/** A local file at the path a download goes to. */
interface Base {
  readonly path: string;
  readonly bytes: number;
}

/** A file as the server announced it. */
interface Promised {
  readonly info: FileInfo;
  readonly digests: DigestList;
}

function pathsOf({ target, context }: DownloadRequest): PartPaths {
  return partPaths(target, context.partLike);
}

/** Downloads a file. Throws as `Transfers.download` does. */
export function download(files: Files, request: DownloadRequest): Promise<TransferResult> {
  const change = `${request.name} changed on the server during the transfer`;
  const run = () => untilPlaced(request, () => attempt(files, request));
  return retryOnChange(change, request, run);
}

/** @returns `null` if another program is writing the target, or has just created it. */
async function attempt(files: Files, request: DownloadRequest): Promise<TransferResult | null> {
  const { name, context, progress } = request;
  const base = findBase(request.target);
  const partial = context.options.resume && localStatus(pathsOf(request).part) !== null;
  if (base === null && !partial) return await fetchWhole(files, request);
  const bytes = snapshotBytes(request);
  const { signal, options: { checksum: fresh } } = context;
  await using manifest = await files.manifest(name, { bytes, fresh, signal });
  requireSnapshot(manifest.info, bytes);
  const promised = { info: manifest.info, digests: await gather(manifest) };
  if (base !== null && await isComplete(base, promised, request)) {
    progress.add(base.bytes, 0);
    removeLeftovers(pathsOf(request));
    return resultOf(request, promised);
  }
  const target = base === null ? request.target : otherTarget(request);
  const replaced = target === request.target ? base : null;
  return await fetchRest(files, { ...request, target }, promised, replaced);
}

/** The existing target. @throws `conflict` when it is not a regular file. */
function findBase(target: string): Base | null {
  const found = localStatus(target);
  if (found === null) return null;
  if (!found.isFile) {
    const kind = found.isDirectory ? "a folder" : "not a regular file";
    throw new FtError("conflict", `Cannot write ${target}: it is ${kind}`, { name: target });
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

/** Whether the target has the content; if so, it gets time and permission bits of the source. */
async function isComplete(
  { path, bytes }: Base,
  { info, digests }: Promised,
  { context }: DownloadRequest,
): Promise<boolean> {
  if (bytes !== info.bytes) return false;
  using file = new LocalFile(path);
  const root = digests.root(bytes);
  if (context.roots.of([file.version]).get(path) !== root) {
    for await (using block of localBlocks({ from: file, bytes, name: path }, context)) {
      if (!sameDigest(digests.get(block.index)!, block.digest)) return false;
    }
    context.roots.remember(file.version, root, file.openedMs);
  }
  bringFacts(file, path, info, context);
  return true;
}

/** The path for content whose target exists with other content. */
function otherTarget({ target, context: { options, partLike } }: DownloadRequest): string {
  switch (options.existing) {
    case "overwrite":
      return target;
    case "rename":
      return freeName(target, (path) => isTaken(partPaths(path, partLike)));
    case "refuse":
      throw new TargetExists(target);
  }
}

/** Fetches all blocks without a manifest: the digests come with the blocks. */
async function fetchWhole(files: Files, request: DownloadRequest): Promise<TransferResult | null> {
  return await withPart(request, async (part) => {
    part.truncate(0);
    const digests = new DigestList();
    const info = await fetchBlocks(files, { request, part, digests });
    return publish(part, request, { info, digests });
  });
}

/**
 * Lends the part file, which stays after an error if a later attempt can use it.
 *
 * @returns `null` if another program is writing it.
 */
async function withPart<T>(
  request: DownloadRequest,
  work: (part: PartFile) => Promise<T>,
): Promise<T | null> {
  const { options } = request.context;
  using part = PartFile.tryOpen(pathsOf(request));
  if (part === null) return null;
  try {
    return await work(part);
  } catch (error) {
    // On a full disk, delete the partial data to free its space.
    if (part.bytes === 0 || !options.resume || hasCode(error, "disk_full")) part.discard();
    throw error;
  }
}

/** Fetches the blocks that neither the part file nor the old target has. */
async function fetchRest(
  files: Files,
  request: DownloadRequest,
  promised: Promised,
  base: Base | null,
): Promise<TransferResult | null> {
  const { name, context } = request;
  const { info } = promised;
  return await withPart(request, async (part) => {
    if (!context.options.resume) part.truncate(0);
    noticeChange(part, info, request);
    const present = await verifyPart(part, promised, request);
    if (base !== null) await copyEqual(part, promised, request, { base, present });
    part.begin({ name, bytes: info.bytes, revision: info.revision });
    const all = Array.from({ length: blockCount(info.bytes) }, (_, index) => index);
    const missing = all.filter((index) => !present.has(index));
    if (missing.length > 0) {
      const wanted = promised.digests;
      await fetchBlocks(files, { request, part, digests: new DigestList(), wanted, missing, info });
    }
    return publish(part, request, promised);
  });
}

function noticeChange(part: PartFile, info: FileInfo, { name, context }: DownloadRequest): void {
  const journal = part.journal();
  if (journal === null || journal.revision === info.revision) return;
  const text = `${name} changed since the partial download: only equal blocks are kept`;
  context.onEvent({ kind: "notice", text });
}

/** Checks the part file. @returns The numbers of its valid blocks. */
async function verifyPart(
  part: PartFile,
  { info, digests }: Promised,
  { context, progress }: DownloadRequest,
): Promise<Set<number>> {
  const present = new Set<number>();
  const bytes = Math.min(part.bytes, info.bytes);
  for await (using block of localBlocks({ from: part, bytes, name: info.path }, context)) {
    const promised = digests.get(block.index);
    if (promised === undefined || !sameDigest(promised, block.digest)) continue;
    present.add(block.index);
    progress.add(block.bytes.length, 0);
  }
  return present;
}

/** Copies equal blocks of the old target into the part file, and adds them to `present`. */
async function copyEqual(
  part: PartFile,
  { digests }: Promised,
  { context, progress }: DownloadRequest,
  { base, present }: { readonly base: Base; readonly present: Set<number> },
): Promise<void> {
  const { path, bytes } = base;
  using file = new LocalFile(path);
  // The blocks are hashed again, because the old file may change while it is copied.
  for await (using block of localBlocks({ from: file, bytes, name: path }, context)) {
    const promised = digests.get(block.index);
    if (present.has(block.index) || promised === undefined) continue;
    if (!sameDigest(promised, block.digest)) continue;
    await part.writeAt(block.index * BLOCK_BYTES, block.bytes);
    present.add(block.index);
    progress.add(block.bytes.length, 0);
  }
}

/** Gives verified content its name. @returns `null` if the name was taken meanwhile. */
function publish(
  part: PartFile,
  request: DownloadRequest,
  promised: Promised,
): TransferResult | null {
  const { name, context: { signal, options } } = request;
  const { info } = promised;
  signal?.throwIfAborted();
  const result = resultOf(request, promised);
  if (info.root !== undefined && info.root !== result.root) {
    const message = `content of ${name} does not match its digest`;
    throw new FtError("integrity", message, { name });
  }
  part.truncate(info.bytes);
  const mtimeMs = options.times ? info.mtimeMs : undefined;
  const found = part.publish({
    replace: options.existing === "overwrite",
    bits: options.times ? info : {},
    mtimeMs,
  });
  if (found === null) {
    // The next attempt chooses another name, and so another part file.
    if (options.existing === "rename") part.discard();
    return null;
  }
  noticeTime(request.target, mtimeMs, found, request.context);
  return result;
}

function resultOf(
  { name, target: path, progress }: DownloadRequest,
  { info: { bytes }, digests }: Promised,
): TransferResult {
  const root = digests.root(bytes);
  const { moved, seconds } = progress;
  return { op: "get", name, path, bytes, moved, root, seconds, verified: "blocks" };
}
