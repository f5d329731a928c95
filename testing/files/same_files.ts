/**
 * Compares files byte for byte, and by digest.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { join } from "node:path";

const CHUNK_BYTES = 1024 * 1024;

/** A compared file. */
export interface Compared {
  readonly name: string;
  readonly bytes: number;
  /** 64 hex digits. */
  readonly sha256: string;
}

/**
 * Compares two files byte for byte and by SHA-256.
 *
 * @throws {Error} Names the first difference.
 */
export async function compareFiles(name: string, left: string, right: string): Promise<Compared> {
  using a = await Deno.open(left);
  using b = await Deno.open(right);
  const digests = [createHash("sha256"), createHash("sha256")] as const;
  const [x, y] = [new Uint8Array(CHUNK_BYTES), new Uint8Array(CHUNK_BYTES)];
  for (let at = 0;;) {
    const [n, m] = [await fill(a, x), await fill(b, y)];
    digests[0].update(x.subarray(0, n));
    digests[1].update(y.subarray(0, m));
    const [p, q] = [x.subarray(0, n), y.subarray(0, m)];
    if (Buffer.compare(p, q) !== 0) {
      throw new Error(`${name} differs near byte ${at}: ${left} and ${right}`);
    }
    at += n;
    if (n > 0) continue;
    const [ours, theirs] = [digests[0].digest("hex"), digests[1].digest("hex")];
    if (ours !== theirs) throw new Error(`${name}: SHA-256 ${ours} became ${theirs}`);
    return { name, bytes: at, sha256: ours };
  }
}

/**
 * Compares all files of two folders. A file or folder in only one of them is a difference.
 *
 * @throws {Error} Names the first difference.
 */
export async function compareFolders(left: string, right: string): Promise<Compared[]> {
  const [names, others] = [await filesBelow(left), await filesBelow(right)];
  const odd = names.find((name) => !others.includes(name)) ??
    others.find((name) => !names.includes(name));
  if (odd !== undefined) throw new Error(`${odd} is not in both ${left} and ${right}`);
  const compared: Compared[] = [];
  for (const name of names.filter((name) => !name.endsWith("/"))) {
    compared.push(await compareFiles(name, join(left, name), join(right, name)));
  }
  return compared;
}

/** Returns the sorted paths of all files below a folder, and of its folders with a final `/`. */
export async function filesBelow(folder: string, prefix = ""): Promise<string[]> {
  const names: string[] = [];
  for await (const entry of Deno.readDir(folder)) {
    const name = prefix + entry.name;
    names.push(entry.isDirectory ? `${name}/` : name);
    if (entry.isDirectory) names.push(...await filesBelow(join(folder, entry.name), `${name}/`));
  }
  return names.sort();
}

async function fill(file: Deno.FsFile, into: Uint8Array): Promise<number> {
  let length = 0;
  while (length < into.length) {
    const n = await file.read(into.subarray(length));
    if (n === null) break;
    length += n;
  }
  return length;
}
