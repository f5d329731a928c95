/**
 * Downloads from servers of older dialects: whole files, checked against a digest of the whole
 * where the dialect has one.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { FtError } from "../../base/errors.ts";
import { BLOCK_BYTES } from "../../base/limits.ts";
import { baseName, storePath } from "../../storage/store_path.ts";
import { type BatchRun, runEach } from "../transfer/batch_run.ts";
import type { TransferResult } from "../remote/transfer_events.ts";
import { freeName } from "../transfer/free_name.ts";
import type { GetRequest } from "../transfer/get/get_request.ts";
import { localJoin, makeFolders } from "../transfer/get/get_plan.ts";
import type { Link } from "../remote/link.ts";
import { LocalFile } from "../transfer/local_digests.ts";
import { lstatOrNull, PartFile, removeLeftovers } from "../transfer/get/part_file.ts";
import {
  lacks,
  type LegacyContent,
  type LegacyServer,
  type PromisedDigest,
} from "./legacy_server.ts";
import { collisions, localFolds, mayFold } from "../transfer/collisions.ts";
import type { Remote } from "../remote/remote.ts";
import { Progress, type TransferContext } from "../transfer/transfer_context.ts";

/** The server of an older dialect behind a remote. @throws `internal` when it is none. */
export function plainOf({ plain }: Remote): LegacyServer {
  if (plain !== undefined) return plain;
  throw new FtError("internal", "the server changed its dialect");
}

interface Job {
  readonly name: string;
  readonly target: string;
}

/**
 * Downloads several files. One bad file does not stop the others.
 *
 * @throws `protocol` for what these dialects cannot do.
 */
export async function getPlain(
  link: Link,
  { dialect }: LegacyServer,
  request: GetRequest,
  parts: TransferContext,
  run: BatchRun,
): Promise<void> {
  if (request.recursive) throw lacks(dialect, "folders to get");
  if (request.dryRun) throw lacks(dialect, "facts about files, so no dry run");
  const { names, dir, output } = request;
  const jobs = names.map((name) => ({
    name,
    target: output ?? localJoin(dir, baseName(storePath(name))),
  }));
  if (output === undefined) makeFolders([dir]);
  const bad = collisions(jobs, mayFold(jobs) && localFolds(dir));
  for (const [job, error] of bad) run.failed(job.name, error);
  const good = jobs.filter((job) => !bad.has(job));
  parts.onEvent({ kind: "plan", files: good.length, bytes: undefined });
  await runEach(good, request.transfers, (job) => getOne(link, job, parts, run), parts.signal);
}

async function getOne(link: Link, job: Job, parts: TransferContext, run: BatchRun): Promise<void> {
  const progress = new Progress(link.watching(parts.onEvent), "get", job.name, undefined);
  try {
    run.done(
      await link.use((remote) => {
        progress.restart();
        return download(plainOf(remote), job, parts, progress);
      }),
    );
  } catch (error) {
    run.failed(job.name, error);
  }
}

async function download(
  server: LegacyServer,
  job: Job,
  parts: TransferContext,
  progress: Progress,
): Promise<TransferResult> {
  const call = parts.signal && { signal: parts.signal };
  const base = lstatOrNull(job.target);
  if (base !== null && !base.isFile) {
    const message = `Cannot write ${job.target}: it is not a plain file`;
    throw new FtError("conflict", message, { name: job.target });
  }
  await using content = await server.fetch(job.name, call);
  if (base !== null && content.digest !== undefined) {
    if (base.size === content.bytes && await holds(job.target, content.digest)) {
      progress.add(base.size, 0);
      removeLeftovers(job.target);
      return resultOf(job, base.size, content.digest, progress);
    }
    refuseIfAsked(job.target, parts);
  }
  return await take(content, job, base, parts, progress);
}

/** Whether a local file has this digest. */
async function holds(path: string, { algorithm, hex }: PromisedDigest): Promise<boolean> {
  using file = new LocalFile(path);
  const hash = createHash(algorithm);
  const buffer = new Uint8Array(BLOCK_BYTES);
  for (let at = 0;;) {
    const count = await file.readAt(at, buffer);
    if (count === 0) return hash.digest("hex") === hex;
    hash.update(buffer.subarray(0, count));
    at += count;
  }
}

function refuseIfAsked(target: string, { options }: TransferContext): void {
  if (options.existing !== "refuse") return;
  throw new FtError("conflict", `already exists: ${target}`, { name: target });
}

/** Writes the content beside its target, checks it, and only then gives it its name. */
async function take(
  content: LegacyContent,
  job: Job,
  base: Deno.FileInfo | null,
  parts: TransferContext,
  progress: Progress,
): Promise<TransferResult> {
  const { existing } = parts.options;
  const target = base !== null && existing === "rename"
    ? freeName(job.target, (path) => lstatOrNull(path) !== null)
    : job.target;
  using part = PartFile.open(target);
  try {
    part.truncate(0);
    // What nobody vouches for is hashed too: a file that is there may be the same.
    const hash = createHash(content.digest?.algorithm ?? "sha256");
    let bytes = 0;
    for await (const piece of content.pieces) {
      parts.signal?.throwIfAborted();
      const written = part.writeAt(bytes, piece);
      hash.update(piece);
      await written;
      bytes += piece.length;
      progress.add(piece.length, piece.length);
    }
    const hex = hash.digest("hex");
    requireDigest(content, bytes, hex, job.name);
    const result = resultOf({ ...job, target }, bytes, content.digest, progress);
    if (base !== null && content.digest === undefined && existing === "refuse") {
      if (!await holds(job.target, { algorithm: "sha256", hex })) refuseIfAsked(job.target, parts);
      part.discard();
      return result;
    }
    part.publish({ replace: existing === "overwrite", executable: false });
    return result;
  } catch (error) {
    // There are no offsets to go on from.
    part.discard();
    throw error;
  }
}

/** @throws `integrity` when the content is not what was promised. */
function requireDigest(
  { bytes: promised, digest }: LegacyContent,
  bytes: number,
  hex: string,
  name: string,
): void {
  if (bytes === (promised ?? bytes) && hex === (digest?.hex ?? hex)) return;
  throw new FtError("integrity", `what arrived of ${name} is not what the server promised`, {
    name,
  });
}

function resultOf(
  { name, target }: Job,
  bytes: number,
  digest: PromisedDigest | undefined,
  { moved, seconds }: Progress,
): TransferResult {
  const verified = digest === undefined ? {} : { verified: digest.algorithm };
  return { op: "get", name, path: target, bytes, moved, root: "", seconds, ...verified };
}

/**
 * Downloads one file into a stream. It is checked at its end: a stream takes nothing back.
 *
 * @throws `integrity` after content that was not what was promised.
 */
export async function getPlainToSink(
  link: Link,
  name: string,
  sink: WritableStream<Uint8Array>,
  parts: TransferContext,
): Promise<TransferResult> {
  const writer = sink.getWriter();
  const progress = new Progress(parts.onEvent, "get", name, undefined);
  let begun = false;
  try {
    const result = await link.use(async (remote) => {
      if (begun) throw new FtError("network", "the connection was lost", { retryable: false });
      await using content = await plainOf(remote).fetch(
        name,
        parts.signal && { signal: parts.signal },
      );
      const hash = createHash(content.digest?.algorithm ?? "sha256");
      let bytes = 0;
      for await (const piece of content.pieces) {
        begun = true;
        await writer.write(piece.slice());
        hash.update(piece);
        bytes += piece.length;
        progress.add(piece.length, piece.length);
      }
      requireDigest(content, bytes, hash.digest("hex"), name);
      return resultOf({ name, target: "-" }, bytes, content.digest, progress);
    });
    await writer.close();
    return result;
  } catch (error) {
    await writer.abort(error).catch(() => {});
    throw error;
  }
}
