/**
 * A local file that is read at offsets.
 *
 * @module
 */

import { fstatSync, openSync, type Stats } from "node:fs";
import { asFtError } from "../../base/os_errors.ts";
import type { UploadRequest } from "../remote/transfers.ts";
import { Descriptor } from "../../storage/descriptor.ts";
import { type DraftFacts, finishDraft } from "../../storage/draft.ts";
import { factsOf } from "../../storage/fs_entry.ts";
import { type LocalVersion, localVersion } from "../remote/local_roots.ts";

/** Opens the source of an upload; with `--snapshot`, as long as it was when it was planned. */
export function openSource(
  { source, bytes, context }: Pick<UploadRequest, "source" | "bytes" | "context">,
): LocalFile {
  return new LocalFile(source, context.options.snapshot ? bytes : undefined);
}

/** A local file open for reading. */
export class LocalFile implements Disposable {
  /** Its status when it was opened. */
  readonly info: Stats;
  /** The version that was opened. */
  readonly version: LocalVersion;
  /** When it was opened, in milliseconds since 1970. */
  readonly openedMs: number;
  readonly #file: Descriptor;
  readonly #path: string;
  readonly #end: number;

  /**
   * Opens a file.
   *
   * @param end Where its content ends at the latest, for a file that may grow. @default never
   * @throws The operating system's error, as one of ours; so do all methods.
   */
  constructor(path: string, end: number = Infinity) {
    this.#path = path;
    this.#end = end;
    try {
      this.#file = new Descriptor(openSync(path, "r"));
    } catch (error) {
      throw asFtError(error, `Cannot read ${path}`, path);
    }
    this.info = this.#now();
    this.version = localVersion(path, factsOf(this.info));
    this.openedMs = Date.now();
    this.info.size = Math.min(this.info.size, end);
  }

  #now(): Stats {
    try {
      return fstatSync(this.#file.fd);
    } catch (error) {
      throw asFtError(error, `Cannot read ${this.#path}`, this.#path);
    }
  }

  /** Fills `into` from `offset`; reads fewer bytes only at the end of the file. */
  async readAt(offset: number, into: Uint8Array): Promise<number> {
    try {
      return await this.#file.readAt(offset, into);
    } catch (error) {
      throw asFtError(error, `Cannot read ${this.#path}`, this.#path);
    }
  }

  /** Sets time and permission bits. */
  setFacts(facts: DraftFacts): void {
    try {
      finishDraft({ fd: this.#file.fd, at: this.#path }, facts);
    } catch (error) {
      throw asFtError(error, `Cannot change ${this.#path}`, this.#path);
    }
  }

  /** Its modification time now, in milliseconds since 1970. */
  get mtimeMs(): number {
    return this.#now().mtimeMs;
  }

  /**
   * Whether size and time are the same as when it was opened. One that may grow must only be as long
   * as it was.
   */
  unchanged(): boolean {
    const { size, mtimeMs } = this.#now();
    if (this.#end !== Infinity) return size >= this.info.size;
    return size === this.info.size && mtimeMs === this.info.mtimeMs;
  }

  /** The content in pieces; each is valid until the next one is read. */
  async *pieces(bytes: number): AsyncGenerator<Uint8Array> {
    const buffer = new Uint8Array(bytes);
    for (let offset = 0; offset < this.#end;) {
      const wanted = Math.min(bytes, this.#end - offset);
      const count = await this.readAt(offset, buffer.subarray(0, wanted));
      if (count === 0) return;
      yield buffer.subarray(0, count);
      offset += count;
    }
  }

  [Symbol.dispose](): void {
    void this.#file.close();
  }
}
