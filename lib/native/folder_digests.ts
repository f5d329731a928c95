/**
 * Digests of folders: one item of a listing stands for all files in a folder, so that two sides with
 * the same files need not tell each other about each of them.
 *
 * @module
 */

import * as v from "valibot";
import { MAX_LISTED_NAMES, MAX_MODE_RUNS, MAX_PATH_BYTES } from "../base/limits.ts";
import { LineHasher } from "../base/line_hasher.ts";
import type { FileInfo } from "../service/files.ts";
import { decodeItems } from "./items.ts";

const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MAX_LISTED_NAMES));
const mode = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0o777));

const folderDigestSchema = v.object({
  path: v.pipe(v.string(), v.maxLength(MAX_PATH_BYTES)),
  mode: v.optional(mode),
  files: count,
  digest: v.optional(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))),
  modes: v.optional(v.pipe(
    v.array(v.tuple([count, v.nullable(mode)])),
    v.maxLength(MAX_MODE_RUNS),
  )),
});

/** A folder, with the digest of the files in it. */
export interface FolderDigest {
  /** The path of the folder. */
  readonly path: string;
  /** Permission bits of the folder. */
  readonly mode?: number | undefined;
  /** Number of files in the folder. */
  readonly files: number;
  /** The digest of the files; absent if the root of one is not known, or their bits differ much. */
  readonly digest?: string | undefined;
  /** Permission bits of the files in their order: runs of a count and the bits, if there are any. */
  readonly modes?: readonly (readonly [number, number | null])[] | undefined;
}

/** Decodes the items of an ITEM payload, exchange id included. @throws `protocol`. */
export function decodeFolderDigests(payload: Uint8Array): FolderDigest[] {
  return decodeItems(folderDigestSchema, payload);
}

/** A file, as the digest of its folder has it. */
export interface DigestedFile {
  /** Its last name. */
  readonly name: string;
  readonly bytes: number;
  readonly mtimeMs: number;
  readonly root: string;
}

/**
 * Computes the digest of the files in a folder: the SHA-256 of a line for each, in the order of their
 * names.
 *
 * @example
 * ```ts
 * import { FolderHasher } from "./folder_digests.ts";
 *
 * if (new FolderHasher().finish().length !== 64) throw new Error();
 * ```
 */
export class FolderHasher {
  readonly #lines = new LineHasher();

  /** Adds the next file. No name has a NUL, so that no two lists of files give the same text. */
  add({ name, bytes, mtimeMs, root }: DigestedFile): void {
    this.#lines.add(`${name}\0${bytes}\0${mtimeMs}\0${root}\n`);
  }

  /** Returns the digest in hex. */
  finish(): string {
    return this.#lines.finish();
  }
}

/** A folder whose files are being listed. */
class OpenFolder {
  readonly path: string;
  readonly #mode: number | undefined;
  readonly #hasher = new FolderHasher();
  readonly #modes: [number, number | null][] = [];
  #files = 0;
  #known = true;

  constructor({ path, mode }: Pick<FileInfo, "path" | "mode">) {
    this.path = path;
    this.#mode = mode;
  }

  add({ path, bytes, mtimeMs, executable, mode: bits, root }: FileInfo): void {
    const mode = bits ?? null;
    this.#files++;
    // Without permission bits there is nothing that could say that it is executable.
    if (root === undefined || (mode === null && executable)) this.#known = false;
    if (!this.#known) return;
    const name = path.slice(path.lastIndexOf("/") + 1);
    this.#hasher.add({ name, bytes, mtimeMs, root: root! });
    const last = this.#modes.at(-1);
    if (last?.[1] === mode) last[0]++;
    else this.#modes.push([1, mode]);
    if (this.#modes.length > MAX_MODE_RUNS) this.#known = false;
  }

  get digest(): FolderDigest {
    const folder = { path: this.path, mode: this.#mode, files: this.#files };
    if (!this.#known) return folder;
    return { ...folder, digest: this.#hasher.finish(), modes: this.#modes };
  }
}

/**
 * Turns a recursive listing with roots into the digests of its folders. A folder comes after those
 * below it, and the listed folder last; a file has none.
 *
 * @param dir The listed folder.
 */
export async function* folderDigests(
  dir: string,
  listed: AsyncIterable<readonly FileInfo[]>,
): AsyncGenerator<FolderDigest[]> {
  const open = [new OpenFolder({ path: dir })];
  for await (const batch of listed) {
    const closed: FolderDigest[] = [];
    for (const info of batch) {
      // The listing of a file is that file.
      if (info.path === dir) return;
      const parent = parentOf(info.path);
      while (open.length > 1 && open.at(-1)!.path !== parent) closed.push(open.pop()!.digest);
      if (info.type === "dir") open.push(new OpenFolder(info));
      else open.at(-1)!.add(info);
    }
    if (closed.length > 0) yield closed;
  }
  yield open.reverse().map(({ digest }) => digest);
}

function parentOf(path: string): string {
  const at = path.lastIndexOf("/");
  return at < 0 ? "." : path.slice(0, at);
}
