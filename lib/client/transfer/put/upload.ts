/**
 * Uploads one file in blocks: the server keeps the blocks it has, the others are sent and
 * acknowledged one by one, and the commit makes the file visible.
 *
 * @module
 */

import { TargetExists } from "../../remote/target_exists.ts";
import { FtError, hasCode, protocolError } from "../../../base/errors.ts";
import { BLOCK_BYTES, MAX_TARGET_CHANGES } from "../../../base/limits.ts";
import { DigestList, eachDigest, RootHasher, sameDigest } from "../../../blocks/manifest.ts";
import type { FileInfo, Files, Precondition } from "../../../service/files.ts";
import type { TransferResult } from "../../remote/transfer_events.ts";
import type { UploadRequest } from "../../remote/transfers.ts";
import { retryOnChange } from "../changed_source.ts";
import { localBlocks } from "../local_blocks.ts";
import { noticeTime } from "../local_facts.ts";
import { type LocalFile, openSource } from "../local_file.ts";
import { BlockSender } from "./block_send.ts";
import { bringRemoteFacts } from "./remote_facts.ts";
import { findTarget, freeTarget } from "./remote_target.ts";
import { sentFacts, stageOptions } from "./stage_options.ts";

/** Uploads a file. Throws as `Transfers.upload` does. */
export function upload(files: Files, request: UploadRequest): Promise<TransferResult> {
  const change = `${request.source} or its target changed during the transfer`;
  let { seen } = request;
  return retryOnChange(change, request, async () => {
    using file = openSource(request);
    const attempt = new Attempt(files, request, file);
    const first = seen;
    seen = undefined;
    return await attempt.run(first);
  });
}

/** Content of which nothing is equal. */
const UNEQUAL = { root: null, digests: new DigestList() };

/** How a file is sent. */
interface Sending {
  /** The name on the server. */
  readonly name: string;
  /** The file that has the name now. */
  readonly found: FileInfo | null;
  readonly precondition: Precondition;
  /** Digests of the local file that are known already. */
  readonly known: DigestList;
}

/** One attempt to upload an open file. */
class Attempt {
  readonly #files: Files;
  readonly #request: UploadRequest;
  readonly #file: LocalFile;
  /** Whether the upload has no token, because another program may be using it. */
  #alone: boolean;
  /** The target as it was at first. */
  #before: FileInfo | null = null;
  /** The first conflict with another program. */
  #conflict: FtError | undefined;

  constructor(files: Files, request: UploadRequest, file: LocalFile) {
    this.#files = files;
    this.#request = request;
    this.#file = file;
    this.#alone = !request.context.options.resume;
  }

  /**
   * Uploads the file. If another program uploads to the same name meanwhile, such as a second run of
   * the same command, the target is looked at again: equal content is a success.
   *
   * @param seen See `UploadJob.seen`.
   */
  async run(seen: FileInfo | null | undefined): Promise<TransferResult> {
    const { name, progress } = this.#request;
    this.#before = seen === undefined ? await this.#find(name) : seen;
    for (let tries = 0; tries <= MAX_TARGET_CHANGES; tries++) {
      const found = tries === 0 ? this.#before : await this.#find(name);
      const result = await this.#decide(found, tries === 0 && seen !== undefined);
      if (result !== null) {
        await this.#discardLeft();
        return result;
      }
      progress.restart();
    }
    throw new FtError("conflict", `already exists: ${name}`, { name });
  }

  #find(name: string): Promise<FileInfo | null> {
    return findTarget(this.#files, name, this.#request.context.signal);
  }

  /**
   * @param differs Whether the target is known to have other content.
   * @returns `null` if another program got in the way.
   */
  async #decide(found: FileInfo | null, differs: boolean): Promise<TransferResult | null> {
    const { name, context, progress } = this.#request;
    if (found?.type === "dir") {
      throw new FtError("conflict", `Cannot write ${name}: it is a folder`, { name });
    }
    const absent = { kind: "absent" } as const;
    if (found === null) {
      return await this.#trySending({ name, found, precondition: absent, known: new DigestList() });
    }
    // Of a single block no part can be equal; and if all of it is after all, it is only sent again.
    const replaces = differs && context.options.existing === "overwrite";
    const compares = !replaces || this.#file.info.size > BLOCK_BYTES;
    const { root, digests: known } = compares ? await this.#compare(found) : UNEQUAL;
    if (root !== null) {
      progress.add(found.bytes, 0);
      const facts = sentFacts(this.#file, context);
      await bringRemoteFacts(this.#files, { name, found, root }, facts, context);
      return this.#result(name, root);
    }
    switch (context.options.existing) {
      case "overwrite":
        return await this.#trySending({
          name,
          found,
          precondition: await this.#replacing(found),
          known,
        });
      case "rename": {
        const other = await freeTarget(this.#files, name, context.signal);
        return await this.#trySending({ name: other, found: null, precondition: absent, known });
      }
      case "refuse":
        throw new TargetExists(name);
    }
  }

  /**
   * Returns the root if the server's file has the local content, else `null`; with the local digests
   * up to the first difference.
   */
  async #compare(found: FileInfo): Promise<{ root: string | null; digests: DigestList }> {
    const { source, context } = this.#request;
    const { size: bytes } = this.#file.info;
    const digests = new DigestList();
    if (found.bytes !== bytes) return { root: null, digests };
    if (found.root !== undefined) {
      const known = context.roots.of([this.#file.version]).get(source);
      if (known === found.root) return { root: known, digests };
    }
    const { same: sameBytes, theirs } = await this.#manifest();
    if (!sameBytes) return { root: null, digests };
    let same = true;
    for await (using block of localBlocks({ from: this.#file, bytes, name: source }, context)) {
      digests.set(block.index, block.digest);
      const other = theirs.get(block.index);
      same = other !== undefined && sameDigest(other, block.digest);
      // The rest is hashed while the server copies what it has.
      if (!same) break;
    }
    return { root: same ? this.#remembered(digests) : null, digests };
  }

  /** Returns the root of the whole content. */
  #remembered(digests: DigestList): string {
    const { info: { size }, version, openedMs } = this.#file;
    const root = digests.root(size);
    if (size === version.bytes) this.#request.context.roots.remember(version, root, openedMs);
    return root;
  }

  /** The digests of the server's file, and whether it has the local file's size. */
  async #manifest(): Promise<{ same: boolean; theirs: DigestList }> {
    const { name, context: { signal, options: { checksum: fresh } } } = this.#request;
    await using manifest = await this.#files.manifest(name, { fresh, signal });
    const theirs = new DigestList();
    // The server's size is not trusted: only as many digests as the local file needs are kept.
    if (manifest.info.bytes !== this.#file.info.size) return { same: false, theirs };
    let index = 0;
    for await (const run of manifest.digests) {
      for (const digest of eachDigest(run)) theirs.set(index++, digest);
    }
    return { same: true, theirs };
  }

  /**
   * The condition under which the target is replaced. An upload that another program has taken over
   * must not replace content that is newer than its own.
   */
  async #replacing(found: FileInfo): Promise<Precondition> {
    if (this.#conflict === undefined) return { kind: "any" };
    if (found.revision !== this.#before?.revision) throw this.#conflict;
    return { kind: "root", root: found.root ?? await this.#rootOf(found) };
  }

  async #rootOf({ path, bytes }: FileInfo): Promise<string> {
    const { signal } = this.#request.context;
    const root = new RootHasher();
    await using manifest = await this.#files.manifest(path, { signal });
    for await (const run of manifest.digests) root.add(run);
    return root.finish(bytes);
  }

  /** @returns `null` if another program has created the target, or has taken the upload over. */
  async #trySending(sending: Sending): Promise<TransferResult | null> {
    try {
      return await this.#send(sending);
    } catch (error) {
      if (!hasCode(error, "conflict") || error.retryable) throw error;
      const { name, found } = sending;
      // Nobody can take over an upload without a token.
      if (this.#alone && (await this.#find(name))?.revision === found?.revision) throw error;
      this.#alone = true;
      this.#conflict ??= error;
      return null;
    }
  }

  /** Discards what an attempt left to resume, before the content was there in another way. */
  async #discardLeft(): Promise<void> {
    const { name, context } = this.#request;
    if (this.#conflict === undefined || !context.options.resume) return;
    const left = { name, file: this.#file, precondition: { kind: "any" }, alone: false } as const;
    try {
      await using upload = await this.#files.stage(name, stageOptions(left, context));
      await upload.abandon();
    } catch {
      // The server discards it when nobody resumes it.
    }
  }

  async #send({ known, ...sending }: Sending): Promise<TransferResult> {
    const sent = await this.#sendOnce({ ...sending, known }, !this.#alone);
    if (!(sent instanceof DigestList)) return sent;
    // Blocks that arrived damaged after the commit was sent are all that the server lacks.
    this.#request.progress.restart();
    const again = await this.#sendOnce({ ...sending, known: sent }, false);
    if (again instanceof DigestList) throw protocolError("a commit was sent too early");
    return again;
  }

  /**
   * @param ahead Whether the commit may be sent before all blocks are acknowledged.
   * @returns The digests of the content if that failed because a block arrived damaged.
   */
  async #sendOnce(
    { name, precondition, known }: Sending,
    ahead: boolean,
  ): Promise<TransferResult | DigestList> {
    const { source, name: asked, context } = this.#request;
    const { size: bytes } = this.#file.info;
    const staged = { name: asked, file: this.#file, precondition, alone: this.#alone };
    await using upload = await this.#files.stage(name, stageOptions(staged, context));
    try {
      const sender = new BlockSender(upload, { ...this.#request, bytes });
      const kept = await sender.keepHeld(known);
      const wanted = (index: number) => !kept.has(index);
      const blocks = localBlocks({ from: this.#file, bytes, name: source, wanted }, context);
      const commit = async (digests: DigestList) => {
        this.#requireUnchanged();
        const root = this.#remembered(digests);
        const stored = await upload.commit({ bytes, root });
        noticeTime(name, sentFacts(this.#file, context).mtimeMs, stored.mtimeMs, context);
        return this.#result(name, root);
      };
      return await sender.sendAndCommit(blocks, commit, ahead);
    } catch (error) {
      if (this.#alone) await upload.abandon().catch(() => {});
      throw error;
    }
  }

  #requireUnchanged(): void {
    const { source: name } = this.#request;
    if (this.#file.unchanged()) return;
    throw new FtError("conflict", `changed while it was read: ${name}`, { name, retryable: true });
  }

  #result(name: string, root: string): TransferResult {
    const { source: path, progress: { moved, seconds } } = this.#request;
    const { size: bytes } = this.#file.info;
    return { op: "put", name, path, bytes, moved, root, seconds, verified: "blocks" };
  }
}
