/**
 * One file from the disk to a server: what the server holds is kept, the rest is sent, each block
 * acknowledged, and the commit makes it visible.
 *
 * @module
 */

import { FtError, hasCode } from "../../../base/errors.ts";
import {
  blockCount,
  DigestList,
  eachDigest,
  rootOf,
  sameDigest,
} from "../../../blocks/manifest.ts";
import type { FileInfo, Files, Precondition } from "../../../service/files.ts";
import { againOnChange } from "../changed_source.ts";
import { BlockSender, type UploadJob } from "./block_send.ts";
import { otherNames } from "../free_name.ts";
import type { TransferResult } from "../../remote/transfer_events.ts";
import { localBlocks, LocalFile } from "../local_digests.ts";
import { contentOptions, type Progress, type TransferContext } from "../transfer_context.ts";

/**
 * Uploads a file.
 *
 * @throws `conflict` when the target has other content and may not be replaced, `integrity` when
 *   a block stays damaged, and what server, network and disk give.
 */
export function upload(
  files: Files,
  job: UploadJob,
  parts: TransferContext,
  progress: Progress,
): Promise<TransferResult> {
  const changed = `${job.source} or its target changed meanwhile`;
  return againOnChange(changed, parts, progress, () => attempt(files, job, parts, progress));
}

async function attempt(
  files: Files,
  job: UploadJob,
  parts: TransferContext,
  progress: Progress,
): Promise<TransferResult> {
  using file = new LocalFile(job.source);
  const found = await statOrNull(files, job.name, parts);
  if (found?.type === "dir") {
    throw new FtError("conflict", `Cannot write ${job.name}: it is a folder`, { name: job.name });
  }
  if (found === null) return await send(files, job, file, parts, progress, { kind: "absent" });
  const { same, digests } = await compare(files, job, file, found, parts);
  if (same) {
    const { bytes } = found;
    progress.add(bytes, 0);
    const root = rootOf(digests.concat(blockCount(bytes)), bytes);
    return resultOf(job, job.name, bytes, root, progress);
  }
  switch (parts.options.existing) {
    case "overwrite":
      return await send(files, job, file, parts, progress, { kind: "any" }, digests);
    case "rename": {
      const name = await freeRemoteName(files, job.name, parts);
      const renamed = { ...job, name };
      return await send(files, renamed, file, parts, progress, { kind: "absent" }, digests);
    }
    case "refuse":
      throw new FtError("conflict", `already exists: ${job.name}`, { name: job.name });
  }
}

async function statOrNull(
  files: Files,
  name: string,
  { signal }: TransferContext,
): Promise<FileInfo | null> {
  try {
    return await files.stat(name, signal && { signal });
  } catch (error) {
    // Who may only write, as into a drop box, is told by the server whether the name is free.
    if (hasCode(error, "not_found") || hasCode(error, "not_allowed")) return null;
    throw error;
  }
}

async function freeRemoteName(files: Files, name: string, parts: TransferContext): Promise<string> {
  for (const other of otherNames(name)) {
    if (await statOrNull(files, other, parts) === null) return other;
  }
  throw new FtError("conflict", `already exists: ${name}`, { name });
}

/**
 * Whether the server's file has the local one's content, with the digests found on the way: all
 * of them, unless a difference ends the matter.
 */
async function compare(
  files: Files,
  job: UploadJob,
  file: LocalFile,
  found: FileInfo,
  parts: TransferContext,
): Promise<{ same: boolean; digests: DigestList }> {
  const { size } = file.info;
  const digests = new DigestList();
  if (found.bytes !== size) return { same: false, digests };
  await using manifest = await files.manifest(job.name, parts.signal && { signal: parts.signal });
  const theirs = new DigestList();
  let index = 0;
  for await (const run of manifest.digests) {
    for (const digest of eachDigest(run)) theirs.set(index++, digest);
  }
  let same = manifest.info.bytes === size;
  for await (using block of localBlocks(file, size, parts, job.source)) {
    digests.set(block.index, block.digest);
    const other = theirs.get(block.index);
    same &&= other !== undefined && sameDigest(other, block.digest);
    if (!same && parts.options.existing === "refuse") break;
  }
  return { same, digests };
}

async function send(
  files: Files,
  job: UploadJob,
  file: LocalFile,
  parts: TransferContext,
  progress: Progress,
  precondition: Precondition,
  known = new DigestList(),
): Promise<TransferResult> {
  const { size, mtimeMs, mode } = file.info;
  const { times, resume } = parts.options;
  await using upload = await files.stage(job.name, {
    bytes: size,
    ...(resume && { token: job.token }),
    precondition,
    executable: times && (mode & 0o100) !== 0,
    ...(times && { mtimeMs }),
    ...contentOptions(parts),
  });
  try {
    const sender = new BlockSender(upload, job, parts, progress, size);
    const kept = await sender.keepHeld(known);
    const rest = localBlocks(file, size, parts, job.source, (index) => !kept.has(index));
    const digests = await sender.sendAll(rest);
    requireUnchanged(file, job);
    const root = rootOf(digests.concat(blockCount(size)), size);
    await upload.commit({ bytes: size, root });
    return resultOf(job, job.name, size, root, progress);
  } catch (error) {
    if (!resume) await upload.abandon().catch(() => {});
    throw error;
  }
}

function requireUnchanged(file: LocalFile, { source }: UploadJob): void {
  if (file.unchanged()) return;
  throw new FtError("conflict", `changed while it was read: ${source}`, {
    name: source,
    retryable: true,
  });
}

function resultOf(
  job: UploadJob,
  name: string,
  bytes: number,
  root: string,
  progress: Progress,
): TransferResult {
  const { moved, seconds } = progress;
  return { op: "put", name, path: job.source, bytes, moved, root, seconds, verified: "blocks" };
}
