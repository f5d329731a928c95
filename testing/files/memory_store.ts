/**
 * A store in memory, for tests of the service and for the conformance suite of stores.
 *
 * @module
 */

import { FtError, notFound } from "../../lib/base/errors.ts";
import { equalFileBits, newFileBits, newFolderBits } from "../../lib/storage/permission_bits.ts";
import {
  type FileFacts,
  isStageToken,
  type PublishOptions,
  type SmallContent,
  type StagedFile,
  type Store,
  type StoredFile,
  type StoreEntry,
  type WholeFile,
} from "../../lib/storage/store.ts";
import { parentOf, ROOT, type StorePath } from "../../lib/storage/store_path.ts";

/** Permission bits that new files and folders do not get, as with a common mask. */
const MASK = 0o022;

type Content = { bytes: Uint8Array };
type Node = { entry: StoreEntry; content: Content };
type Staged = { content: Content; mtimeMs: number; opener: symbol };

function copyFrom(content: Content, offset: number, into: Uint8Array): number {
  const part = content.bytes.subarray(offset, offset + into.length);
  into.set(part);
  return part.length;
}

function conflict(message: string, name: string): FtError {
  return new FtError("conflict", `${message}: ${name}`, { name });
}

/** A store that holds everything in maps. */
export class MemoryStore implements Store {
  readonly #nodes = new Map<StorePath, Node>();
  readonly #staged = new Map<string, Staged>();
  readonly #capacity: number;
  #revision = 0;

  /** @param options `capacity`: bytes of content until the disk is full. */
  constructor(options: { readonly capacity?: number } = {}) {
    this.#capacity = options.capacity ?? Infinity;
    this.#addFolder(ROOT);
  }

  stat(path: StorePath): Promise<StoreEntry | null> {
    return Promise.resolve(this.#nodes.get(path)?.entry ?? null);
  }

  async *list(dir: StorePath, signal?: AbortSignal): AsyncGenerator<StoreEntry> {
    const children = this.#children(dir);
    await Promise.resolve();
    for (const child of children) {
      signal?.throwIfAborted();
      yield child;
    }
  }

  // deno-lint-ignore require-await
  async open(path: StorePath): Promise<StoredFile | null> {
    const node = this.#nodes.get(path);
    if (node === undefined) return null;
    if (node.entry.type === "dir") {
      throw new FtError("usage", `it is a folder: ${path}`, { name: path });
    }
    const { entry, content } = node;
    const opened = content.bytes;
    return {
      entry,
      readAt: (offset, into) => Promise.resolve(copyFrom({ bytes: opened }, offset, into)),
      unchanged: () => Promise.resolve(content.bytes === opened),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
  }

  /** Overwrites a file in place, as another program would; readers must notice. */
  overwrite(path: StorePath, bytes: Uint8Array): void {
    const node = this.#nodes.get(path);
    if (node === undefined) throw notFound(path);
    node.content.bytes = bytes;
    node.entry = { ...node.entry, bytes: bytes.length, revision: `m${++this.#revision}` };
  }

  readMany(paths: readonly StorePath[], maxBytes: number): (WholeFile | null)[] {
    return paths.map((path) => {
      const node = this.#nodes.get(path);
      if (node === undefined || node.entry.type === "dir") return null;
      const { entry, content } = node;
      return content.bytes.length > maxBytes ? null : { entry, bytes: content.bytes.slice() };
    });
  }

  // deno-lint-ignore require-await
  async stage(token: string): Promise<StagedFile> {
    if (!isStageToken(token)) throw new FtError("usage", "Cannot stage: the token is malformed");
    const opener = Symbol(token);
    const content = this.#staged.get(token)?.content ?? { bytes: new Uint8Array(0) };
    this.#staged.set(token, { content, mtimeMs: Date.now(), opener });
    let open = true;
    const own = (): Staged => {
      const staged = this.#staged.get(token);
      if (!open) throw new FtError("internal", "Cannot use a staged file after its end");
      if (staged?.opener !== opener) throw conflict("taken over", token);
      return staged;
    };
    return {
      token,
      get bytes() {
        return content.bytes.length;
      },
      readAt: (offset, into) => Promise.resolve(copyFrom(own().content, offset, into)),
      // deno-lint-ignore require-await
      writeAt: async (offset, bytes) => this.#write(own(), offset, bytes),
      truncate: (bytes) => this.#resize(own(), bytes),
      // deno-lint-ignore require-await
      sync: async () => void own(),
      publish: async (path, options) => {
        await Promise.resolve();
        const entry = this.#publish(own(), path, options);
        this.#staged.delete(token);
        open = false;
        return entry;
      },
      // deno-lint-ignore require-await
      discard: async () => {
        own();
        this.#staged.delete(token);
        open = false;
      },
      // deno-lint-ignore require-await
      [Symbol.asyncDispose]: async () => {
        open = false;
      },
    };
  }

  /** Writes the files one by one. */
  async writeMany(
    files: readonly SmallContent[],
    replace: boolean,
  ): Promise<(StoreEntry | Error)[]> {
    const results: (StoreEntry | Error)[] = [];
    for (const { path, bytes, ...facts } of files) {
      await using staged = await this.stage(crypto.randomUUID());
      try {
        await staged.writeAt(0, bytes);
        results.push(await staged.publish(path, { ...facts, replace }));
      } catch (error) {
        await staged.discard();
        results.push(error as Error);
      }
    }
    return results;
  }

  async *staged(): AsyncGenerator<{ readonly token: string; readonly mtimeMs: number }> {
    await Promise.resolve();
    for (const [token, { mtimeMs }] of this.#staged) yield { token, mtimeMs };
  }

  // deno-lint-ignore require-await
  async move(from: StorePath, to: StorePath, replace = false): Promise<void> {
    if (to === from || to.startsWith(`${from}/`)) throw conflict("it is itself", to);
    if (!this.#nodes.has(from)) throw notFound(from);
    this.#mustNotBeRoot(from);
    this.#mustNotBeRoot(to);
    if (this.#nodes.get(parentOf(to))?.entry.type !== "dir") throw notFound(parentOf(to));
    const isFile = (path: StorePath) => this.#nodes.get(path)?.entry.type === "file";
    const replaces = replace && isFile(from) && isFile(to);
    if (this.#nodes.has(to) && !replaces) throw conflict("exists", to);
    for (const [path, node] of [...this.#nodes]) {
      if (path !== from && !path.startsWith(`${from}/`)) continue;
      const moved = `${to}${path.slice(from.length)}` as StorePath;
      this.#nodes.delete(path);
      this.#nodes.set(moved, { ...node, entry: { ...node.entry, path: moved } });
    }
  }

  // deno-lint-ignore require-await
  async remove(path: StorePath): Promise<void> {
    if (!this.#nodes.has(path)) throw notFound(path);
    this.#mustNotBeRoot(path);
    if (this.#children(path).length > 0) throw conflict("not empty", path);
    this.#nodes.delete(path);
  }

  // deno-lint-ignore require-await
  async mkdir(path: StorePath, mode?: number): Promise<void> {
    if (this.#nodes.has(path)) return this.#createFolders(path);
    this.#createFolders(path);
    const node = this.#nodes.get(path)!;
    node.entry = { ...node.entry, mode: newFolderBits({ mode }) & ~MASK };
  }

  // deno-lint-ignore require-await
  async setFacts(path: StorePath, revision: string, facts: FileFacts): Promise<StoreEntry> {
    const node = this.#nodes.get(path);
    if (node === undefined) throw notFound(path);
    if (node.entry.revision !== revision) {
      throw new FtError("conflict", "changed meanwhile", { name: path, retryable: true });
    }
    const mode = equalFileBits(node.entry.mode!, facts, MASK);
    const { mtimeMs = node.entry.mtimeMs } = facts;
    const executable = (mode & 0o100) !== 0;
    node.entry = { ...node.entry, mtimeMs, mode, executable, revision: `m${++this.#revision}` };
    return node.entry;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }

  #children(dir: StorePath): StoreEntry[] {
    const entries = [...this.#nodes.values()].map((node) => node.entry);
    return entries.filter(({ path }) => path !== ROOT && parentOf(path) === dir)
      .sort((a, b) => a.path < b.path ? -1 : 1);
  }

  #createFolders(path: StorePath): void {
    if (path === ROOT) return;
    this.#createFolders(parentOf(path));
    const there = this.#nodes.get(path);
    if (there?.entry.type === "file") throw conflict("it is not a folder", path);
    if (there === undefined) this.#addFolder(path);
  }

  #addFolder(path: StorePath): void {
    const mode = newFolderBits({}) & ~MASK;
    const facts = { bytes: 0, mtimeMs: Date.now(), executable: false, mode, revision: "" };
    this.#nodes.set(path, {
      entry: { path, type: "dir", ...facts },
      content: { bytes: new Uint8Array(0) },
    });
  }

  #write(staged: Staged, offset: number, bytes: Uint8Array): void {
    this.#resize(staged, Math.max(staged.content.bytes.length, offset + bytes.length));
    staged.content.bytes.set(bytes, offset);
  }

  #resize(staged: Staged, bytes: number): void {
    const before = staged.content.bytes;
    staged.mtimeMs = Date.now();
    if (bytes === before.length) return;
    if (this.#used() - before.length + bytes > this.#capacity) {
      throw new FtError("disk_full", "disk full");
    }
    const after = new Uint8Array(bytes);
    after.set(before.subarray(0, bytes));
    staged.content.bytes = after;
  }

  #used(): number {
    let bytes = 0;
    for (const { content } of this.#nodes.values()) bytes += content.bytes.length;
    for (const { content } of this.#staged.values()) bytes += content.bytes.length;
    return bytes;
  }

  #publish(staged: Staged, path: StorePath, options: PublishOptions): StoreEntry {
    this.#mustNotBeRoot(path);
    this.#createFolders(parentOf(path));
    const there = this.#nodes.get(path);
    if (there?.entry.type === "dir" || (there !== undefined && !options.replace)) {
      throw conflict("exists", path);
    }
    const mode = there?.entry.mode ?? newFileBits(options, MASK);
    const entry: StoreEntry = {
      path,
      type: "file",
      bytes: staged.content.bytes.length,
      mtimeMs: options.mtimeMs ?? Date.now(),
      executable: (mode & 0o100) !== 0,
      mode,
      revision: `m${++this.#revision}`,
    };
    this.#nodes.set(path, { entry, content: { bytes: staged.content.bytes } });
    return entry;
  }

  #mustNotBeRoot(path: StorePath): void {
    if (path === ROOT) throw new FtError("not_allowed", "it is the root", { name: path });
  }
}
