/**
 * A file under construction on the disk.
 *
 * @module
 */

import { closeSync, constants, fstatSync, fsync, openSync } from "node:fs";
import { promisify } from "node:util";
import { SMALL_FILE_BYTES } from "../base/limits.ts";
import { FtError } from "../base/errors.ts";
import { removeIfThere } from "../base/missing_files.ts";
import { Descriptor } from "./descriptor.ts";
import { finishDraft, truncateDraft } from "./draft.ts";
import { type Facts, factsOf, look, sameFile, storeError } from "./fs_entry.ts";
import { writeFully } from "./positioned_io.ts";
import { QueuedWriter } from "./queued_writer.ts";
import type { PublishOptions, StagedFile, StoreEntry } from "./store.ts";
import type { StorePath } from "./store_path.ts";

const flush = promisify(fsync);

/** Where a staged file goes when it is published: the store's part of it. */
export interface Publisher {
  /** Permission bits of new files, as the user's mask leaves them. */
  readonly mode: number;
  /** Gives the staged file its name. */
  place(
    staged: string,
    path: StorePath,
    options: PublishOptions,
    facts: () => Facts,
  ): Promise<StoreEntry>;
}

/** Opens the staged file at `at`, new or again; never through a link, never one with other names. */
function openStaged(at: string): number {
  const found = look(at);
  // A second name means it was published and the end of that never came.
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
  /** Names it across restarts. */
  readonly token: string;
  readonly #at: string;
  readonly #name: string;
  readonly #file: Descriptor;
  readonly #publisher: Publisher;
  readonly #onEnd: () => void;
  #state: "open" | "superseded" | "ended" = "open";
  /** The same file again, for large writes; opened by the first. */
  #large: { readonly file: Deno.FsFile; readonly writer: QueuedWriter } | undefined;
  #bytes: number;

  /**
   * Opens it, creating it when it is not there.
   *
   * @param at Where it is on the disk.
   * @param called Its token, and what errors call it.
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
    } catch (error) {
      throw storeError(error, "write", this.#name);
    }
  }

  /** Bytes in it so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /** See {@linkcode StagedFile.readAt}. */
  readAt(offset: number, into: Uint8Array): Promise<number> {
    return this.#use("read", () => this.#file.readAt(offset, into));
  }

  /** See {@linkcode StagedFile.writeAt}. Large writes leave the thread to others meanwhile. */
  writeAt(offset: number, bytes: Uint8Array): Promise<void> {
    return this.#use("write", async () => {
      if (bytes.length <= SMALL_FILE_BYTES) writeFully(this.#file.fd, offset, bytes);
      else await this.#largeWriter().write(offset, bytes);
      this.#bytes = Math.max(this.#bytes, offset + bytes.length);
    });
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
    });
  }

  /** Waits until its content is on the medium. */
  sync(): Promise<void> {
    return this.#use("sync", () => flush(this.#file.fd));
  }

  /** See {@linkcode StagedFile.publish}. */
  async publish(path: StorePath, options: PublishOptions): Promise<StoreEntry> {
    this.#do("write", () => {
      const { executable, mtimeMs = Date.now() } = options;
      finishDraft(this.#file.fd, { mode: this.#publisher.mode, executable, mtimeMs });
    });
    await this.sync();
    this.#mustBeOpen();
    const facts = () => factsOf(fstatSync(this.#file.fd));
    const placed = this.#publisher.place(this.#at, path, options, facts);
    const entry = await placed.catch(async (error) => {
      // It has its name, and something failed after that: no write may reach it any more.
      if (look(this.#at) === null) await this.#end("ended");
      throw error;
    });
    await this.#end("ended");
    return entry;
  }

  /** See {@linkcode StagedFile.discard}. */
  async discard(): Promise<void> {
    this.#do("discard", () => {
      removeIfThere(this.#at);
    });
    await this.#end("ended");
  }

  /**
   * Another took it over: from here on everything but disposing is a `conflict`. Resolves when no
   * write of this one can change the file any more.
   */
  supersede(): Promise<void> {
    return this.#end("superseded");
  }

  /** Closes it and keeps what is in it. */
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
    throw new FtError("internal", "Cannot use a staged file after its end");
  }

  /** Resolves when nothing of this can touch the file any more. */
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
