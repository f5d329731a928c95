/**
 * Downloads from legacy servers: whole files, checked against a digest of the whole if the dialect
 * has one.
 *
 * @module
 */

import { TargetExists } from "../remote/target_exists.ts";
import { createHash } from "node:crypto";
import { FtError, notRetryable } from "../../base/errors.ts";
import { BLOCK_BYTES } from "../../base/limits.ts";
import type { TransferResult } from "../remote/transfer_events.ts";
import type { DownloadRequest, SinkRequest } from "../remote/transfers.ts";
import { freeName } from "../transfer/free_name.ts";
import { untilPlaced } from "../transfer/get/other_writers.ts";
import { isBeingWritten, isTaken, PartFile, removeLeftovers } from "../transfer/get/part_file.ts";
import { partPaths } from "../transfer/get/part_names.ts";
import { localStatus } from "../transfer/local_path.ts";
import { LocalFile } from "../transfer/local_file.ts";
import type { LegacyContent, LegacyServer, PromisedDigest } from "./legacy_server.ts";

/** Content that arrived. */
interface Received {
  readonly bytes: number;
  /** Lower-case hex; SHA-256 if the server promised none. */
  readonly hex: string;
}

/** Downloads a file. Throws as `Transfers.download` does. */
export function download(server: LegacyServer, request: DownloadRequest): Promise<TransferResult> {
  return untilPlaced(request, () => attempt(server, request));
}

/** @returns `null` if another program is writing the target, or has just created it. */
async function attempt(
  server: LegacyServer,
  request: DownloadRequest,
): Promise<TransferResult | null> {
  const { name, target, context, progress } = request;
  const base = localStatus(target);
  if (base !== null && !base.isFile) {
    throw new FtError("conflict", `Cannot write ${target}: it is not a regular file`, {
      name: target,
    });
  }
  if (isBeingWritten(partPaths(target, context.partLike))) return null;
  await using content = await server.fetch(name, { signal: context.signal });
  if (base === null) return await write(content, request);
  if (content.digest !== undefined) {
    if (base.size === content.bytes && await hasDigest(target, content.digest)) {
      progress.add(base.size, 0);
      removeLeftovers(partPaths(target, context.partLike));
      return resultOf(request, target, base.size, content.digest);
    }
    refuseIfAsked(request);
  }
  return await write(content, request, target);
}

/** Whether a local file has this digest. */
async function hasDigest(path: string, { algorithm, hex }: PromisedDigest): Promise<boolean> {
  using file = new LocalFile(path);
  const hash = createHash(algorithm);
  for await (const piece of file.pieces(BLOCK_BYTES)) hash.update(piece);
  return hash.digest("hex") === hex;
}

function refuseIfAsked({ target, context }: DownloadRequest): void {
  if (context.options.existing !== "refuse") return;
  throw new TargetExists(target);
}

/**
 * Writes the content to a part file, checks it, and gives it its name.
 *
 * @param existing The target, if it exists.
 */
async function write(
  content: LegacyContent,
  request: DownloadRequest,
  existing?: string,
): Promise<TransferResult | null> {
  const { options, partLike } = request.context;
  const target = existing !== undefined && options.existing === "rename"
    ? freeName(existing, (path) => isTaken(partPaths(path, partLike)))
    : request.target;
  using part = PartFile.tryOpen(partPaths(target, partLike));
  if (part === null) return null;
  try {
    part.truncate(0);
    const { bytes, hex } = await receive(content, request, (at, piece) => part.writeAt(at, piece));
    part.truncate(bytes);
    // Without a promised digest, only the whole content shows whether it is the same.
    if (existing !== undefined && content.digest === undefined) {
      if (await hasDigest(existing, { algorithm: "sha256", hex })) {
        part.discard();
        return resultOf(request, existing, bytes, content.digest);
      }
      refuseIfAsked(request);
    }
    if (part.publish({ replace: options.existing === "overwrite" }) !== null) {
      return resultOf(request, target, bytes, content.digest);
    }
    part.discard();
    return null;
  } catch (error) {
    // These dialects have no offsets to resume from.
    part.discard();
    throw error;
  }
}

/**
 * Takes the whole content piece by piece.
 *
 * @throws `integrity` if it differs from the size or digest that the server announced.
 */
async function receive(
  { digest, bytes: promised, pieces }: LegacyContent,
  { name, context: { signal }, progress }: DownloadRequest | SinkRequest,
  write: (at: number, piece: Uint8Array) => Promise<void>,
): Promise<Received> {
  const hash = createHash(digest?.algorithm ?? "sha256");
  let bytes = 0;
  for await (const piece of pieces) {
    signal?.throwIfAborted();
    const written = write(bytes, piece);
    hash.update(piece);
    await written;
    bytes += piece.length;
    progress.add(piece.length, piece.length);
  }
  const hex = hash.digest("hex");
  if (bytes === (promised ?? bytes) && hex === (digest?.hex ?? hex)) return { bytes, hex };
  const message = `the content of ${name} does not match its size or digest`;
  throw new FtError("integrity", message, { name });
}

function resultOf(
  { name, progress: { moved, seconds } }: DownloadRequest | SinkRequest,
  path: string,
  bytes: number,
  digest: PromisedDigest | undefined,
): TransferResult {
  const verified = digest?.algorithm;
  return { op: "get", name, path, bytes, moved, root: "", seconds, verified };
}

/** Downloads a file into a stream. Content that was written cannot be taken back or resumed. */
export async function downloadTo(
  server: LegacyServer,
  request: SinkRequest,
): Promise<TransferResult> {
  const { name, context: { signal }, writer, borrows, written } = request;
  try {
    await using content = await server.fetch(name, { signal });
    const { bytes } = await receive(content, request, async (at, piece) => {
      written.bytes = at + piece.length;
      await writer.write(borrows ? piece : piece.slice());
    });
    return resultOf(request, "-", bytes, content.digest);
  } catch (error) {
    throw written.bytes > 0 ? notRetryable(error) : error;
  }
}
