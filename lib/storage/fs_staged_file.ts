/**
 * A staged file on the disk.
 *
 * @module
 */

import { closeSync, constants, fstatSync, fsync, openSync } from "node:fs";
import { promisify } from "node:util";
import { SMALL_FILE_BYTES } from "../base/limits.ts";
import { FtError, hasCode } from "../base/errors.ts";
import { asFtError } from "../base/os_errors.ts";
import { removeIfThere } from "../base/missing_files.ts";
import { Descriptor } from "./descriptor.ts";
import { finishDraft, type OpenDraft, setFileTime, truncateDraft } from "./draft.ts";
import { type Facts, factsOf, look, sameFile, storeError } from "./fs_entry.ts";
import { FreshRegion, type WriteRun } from "./fresh_region.ts";
import { writeFully } from "./positioned_io.ts";
import { QueuedWriter } from "./queued_writer.ts";
import type { PublishOptions, StagedFile, StoreEntry } from "./store.ts";
import type { StorePath } from "./store_path.ts";

const flush = promisify(fsync);

/** The part of publishing that is up to the store. */
export interface Publisher {
  /** The permission bits that a staged file is about to get. */
  bitsFor(path: StorePath, options: PublishOptions): number;
  /** Removes old versions, at once. @returns Whether there were any. */
  makeRoom(bytes: number): boolean;
  /** Waits until no journal would restore an old version of the name. */
  settled(path: StorePath): Promise<void>;
  /** Gives a staged file its name, before it first waits for anything. Asks for its facts once it has the name. */
  place(
    staged: string,
    path: StorePath,
    options: PublishOptions,
    facts: () => Facts,
  ): Promise<StoreEntry>;
}

/** Opens or creates a staged file; never through a link, and never one with another name. */
function openStaged(at: string): number {
  const found = look(at);
  // A file with a second name was published by a process that died before removing this one.
  if (found !== null && (found.kind !== "file" || found.links > 1)) Deno.removeSync(at);
  else if (found !== null) {
    const fd = openSync(at, constants.O_RDWR);
    if (sameFile(factsOf(fstatSync(fd)), found)) return fd;
    closeSync(fd);
    throw new FtError("not_allowed", "a staged file was replaced");
  }
  return openSync(at, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, 0o600);
}

/** See {@linkcode StagedFile}. */
export class FsStagedFile implements StagedFile {
  /** Identifies it across restarts. */
  readonly token: string;
  readonly #at: string;
  readonly #name: string;
  readonly #file: Descriptor;
  readonly #publisher: Publisher;
  readonly #onEnd: () => void;
  #state: "open" | "superseded" | "ended" = "open";
  /** A second open file for large writes, opened by the first of them. */
  #large: { readonly file: Deno.FsFile; readonly writer: QueuedWriter } | undefined;
  #bytes: number;
  #fresh: FreshRegion;

  /**
   * Opens a staged file, creating it if it does not exist.
   *
   * @param at Its path on the disk.
   * @param called Its token, and its name in errors.
   * @param onEnd Called once, when it is closed.
   */
  constructor(
    at: string,
    called: { readonly token: string; readonly name: string },
    publisher: Publisher,
    onEnd: () => void,
  ) {
    this.token = called.token;
    this.#name = called.name;
    this.#at = at;
    this.#publisher = publisher;
    this.#onEnd = onEnd;
    try {
      this.#file = new Descriptor(openStaged(at));
      this.#bytes = fstatSync(this.#file.fd).size;
      this.#fresh = new FreshRegion(this.#bytes);
    } catch (error) {
      throw storeError(error, "write", this.#name);
    }
  }

  /** Current size in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** See {@linkcode StagedFile.readAt}. */
  readAt(offset: number, into: Uint8Array): Promise<number> {
    return this.#use("read", () => this.#file.readAt(offset, into));
  }

  /** See {@linkcode StagedFile.writeAt}. Large writes do not block the thread. */
  writeAt(offset: number, bytes: Uint8Array): Promise<void> {
    return this.#use("write", async () => {
      for (const run of this.#fresh.runs(offset, bytes)) await this.#write(run);
      this.#bytes = Math.max(this.#bytes, offset + bytes.length);
    });
  }

  /** On a full disk, old versions make room. */
  async #write(run: WriteRun): Promise<void> {
    while (true) {
      try {
        return await this.#writeOnce(run);
      } catch (error) {
        const full = hasCode(asFtError(error), "disk_full");
        if (!full || !this.#publisher.makeRoom(run.bytes.length)) throw error;
      }
    }
  }

  async #writeOnce({ offset, bytes }: WriteRun): Promise<void> {
    if (bytes.length <= SMALL_FILE_BYTES) writeFully(this.#file.fd, offset, bytes);
    else await this.#largeWriter().write(offset, bytes);
  }

  #largeWriter(): QueuedWriter {
    if (this.#large === undefined) {
      using stack = new DisposableStack();
      const file = stack.use(Deno.openSync(this.#at, { write: true }));
      const found = look(this.#at);
      if (found === null || !sameFile(factsOf(fstatSync(this.#file.fd)), found)) {
        throw new FtError("not_allowed", "a staged file was replaced");
      }
      stack.move();
      this.#large = { file, writer: new QueuedWriter(file) };
    }
    return this.#large.writer;
  }

  /** See {@linkcode StagedFile.truncate}. */
  truncate(bytes: number): void {
    this.#do("truncate", () => {
      truncateDraft(this.#file.fd, bytes);
      this.#bytes = bytes;
      this.#fresh = new FreshRegion(bytes);
    });
  }

  /** See {@linkcode StagedFile.sync}. */
  sync(): Promise<void> {
    return this.#use("sync", () => flush(this.#file.fd));
  }

  /** See {@linkcode StagedFile.publish}. */
  async publish(path: StorePath, options: PublishOptions): Promise<StoreEntry> {
    const draft = { fd: this.#file.fd, at: this.#at };
    this.#do("write", () => {
      const { mtimeMs = Date.now() } = options;
      finishDraft(draft, { mode: this.#publisher.bitsFor(path, options), mtimeMs });
    });
    let named = false;
    try {
      await this.sync();
      await this.#publisher.settled(path);
      // A connection that took it over meanwhile is writing other content.
      this.#mustBeOpen();
      const entry = await this.#publisher.place(this.#at, path, options, () => {
        named = true;
        return factsOf(fstatSync(this.#file.fd));
      });
      await this.#end("ended");
      return entry;
    } catch (error) {
      // It has its name although something failed later; no more writes may reach it.
      if (named) await this.#end("ended");
      else this.#renew(draft);
      throw error;
    }
  }

  /** Gives the file its time of writing again, by which it expires. */
  #renew(draft: OpenDraft): void {
    if (this.#state !== "open") return;
    try {
      setFileTime(draft, Date.now());
    } catch {
      // The caller gets the error that kept the file from its name.
    }
  }

  /** See {@linkcode StagedFile.discard}. */
  async discard(): Promise<void> {
    this.#do("discard", () => {
      removeIfThere(this.#at);
    });
    await this.#end("ended");
  }

  /**
   * Called when another connection takes the upload over: from then on every call but disposing is a
   * `conflict`. Resolves when no write of this object can change the file any more.
   */
  supersede(): Promise<void> {
    return this.#end("superseded");
  }

  /** Closes the file and keeps its content. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.#end("ended");
  }

  async #use<T>(doing: string, work: () => Promise<T>): Promise<T> {
    this.#mustBeOpen();
    try {
      return await this.#file.use(work);
    } catch (error) {
      throw storeError(error, doing, this.#name);
    }
  }

  #do<T>(doing: string, act: () => T): T {
    this.#mustBeOpen();
    try {
      return act();
    } catch (error) {
      throw storeError(error, doing, this.#name);
    }
  }

  #mustBeOpen(): void {
    if (this.#state === "open") return;
    if (this.#state === "superseded") {
      throw new FtError("conflict", "another connection took this upload over");
    }
    throw new FtError("internal", "Cannot use a staged file after it ended");
  }

  /** Resolves when this object can no longer touch the file. */
  async #end(state: "superseded" | "ended"): Promise<void> {
    if (this.#state === "open") {
      this.#state = state;
      this.#onEnd();
    }
    await this.#file.close();
    this.#large?.file.close();
    this.#large = undefined;
  }
}
