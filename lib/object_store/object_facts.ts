/**
 * Time, permission bits and version of an object, stored in metadata that other S3 tools read and
 * write, too.
 *
 * @module
 */

import { hash } from "node:crypto";
import type { StoreEntry } from "../storage/store.ts";
import type { StorePath } from "../storage/store_path.ts";

/** Begins the names of metadata in headers. */
const META = "x-amz-meta-";
/** Seconds since 1970, maybe with a fraction, as rclone and s3fs write it. */
const MTIME = `${META}mtime`;
/** Type and permission bits, decimal as s3fs writes them, or octal as rclone does. */
const MODE = `${META}mode`;
/** Differs between versions; only we write it. */
const VERSION = `${META}ft-version`;
/** Tells from which version an object was restored; see {@linkcode isRestoredFrom}. */
const RESTORED = `${META}ft-restored`;
/** Headers of an object that are kept when its metadata is replaced. */
const KEPT = /^(x-amz-meta-.*|content-(type|encoding|disposition|language)|cache-control|expires)$/;

const FILE_TYPE = 0o100000;
const FOLDER_TYPE = 0o040000;
const BITS = 0o777;

/** The facts of an object that an entry is made of. */
export interface ObjectFacts {
  readonly bytes: number;
  readonly mtimeMs: number;
  readonly mode: number | undefined;
  readonly etag: string;
  /** Differs between versions, even of equal content. */
  readonly version: string;
  /** When the store wrote it, in whole seconds, as milliseconds since 1970. */
  readonly writtenMs: number;
}

/** Reads the facts in the headers of an answer. @param bytes The size of the whole object. */
export function factsOf(headers: Headers, bytes: number): ObjectFacts {
  const writtenMs = Date.parse(headers.get("last-modified") ?? "") || 0;
  return {
    bytes,
    writtenMs,
    mtimeMs: readTime(headers.get(MTIME)) ?? writtenMs,
    mode: readMode(headers.get(MODE)),
    etag: readEtag(headers.get("etag") ?? ""),
    version: headers.get(VERSION) ?? String(writtenMs),
  };
}

/** An entity tag without its quotes. */
export function readEtag(text: string): string {
  return text.replace(/^W\//, "").replaceAll('"', "");
}

function readTime(text: string | null): number | undefined {
  if (text === null || !/^-?\d{1,12}(\.\d+)?$/.test(text)) return undefined;
  return Math.round(Number(text) * 1000);
}

function readMode(text: string | null): number | undefined {
  if (text === null || !/^\d{3,7}$/.test(text)) return undefined;
  // No mode with the type of a file or a folder is valid in both ways.
  const octal = /^(0|100|0100|40|040)?[0-7]{3}$/.test(text);
  const mode = parseInt(text, octal ? 8 : 10);
  return mode & BITS;
}

/** The metadata of a file, as headers. */
export function fileHeaders(mtimeMs: number, mode: number, version: string): Headers {
  return headersOf(mtimeMs, FILE_TYPE | mode, version);
}

/** The metadata of a file that gets its content from a version. @param key The object of that. */
export function restoredHeaders({ mtimeMs, mode = 0o644 }: ObjectFacts, key: string): Headers {
  const headers = fileHeaders(mtimeMs, mode, crypto.randomUUID());
  headers.set(RESTORED, keyTag(key));
  return headers;
}

/** Whether a file has its content from a version. @param key The object of that. */
export function isRestoredFrom(headers: Headers, key: string): boolean {
  const tag = headers.get(RESTORED);
  return tag !== null && tag === keyTag(key);
}

function keyTag(key: string): string {
  return hash("sha256", key).slice(0, 16);
}

/** The metadata of the marker of a folder, as headers. */
export function folderHeaders(mode: number): Headers {
  const headers = headersOf(Date.now(), FOLDER_TYPE | mode, crypto.randomUUID());
  headers.set("content-type", "application/x-directory");
  return headers;
}

function headersOf(mtimeMs: number, mode: number, version: string): Headers {
  const seconds = (mtimeMs / 1000).toFixed(3).replace(/\.?0+$/, "");
  return new Headers([[MTIME, seconds], [MODE, String(mode)], [VERSION, version]]);
}

/** The headers of an object that a copy of it needs, with others in their place. */
export function copiedHeaders(from: Headers, others?: Headers): Record<string, string> {
  const kept = [...from].filter(([name]) => KEPT.test(name));
  return Object.fromEntries([...kept, ...others ?? []]);
}

/** The entry of a file. */
export function entryOf(path: StorePath, facts: ObjectFacts): StoreEntry {
  const { bytes, mtimeMs, mode } = facts;
  const executable = mode !== undefined && (mode & 0o100) !== 0;
  const revision = revisionOf(facts);
  return { path, type: "file", bytes, mtimeMs, executable, mode, revision };
}

/** The revision: the content by its entity tag, and what else can be changed. */
export function revisionOf({ etag, version }: Pick<ObjectFacts, "etag" | "version">): string {
  return `${etag}.${version}`;
}

/** The entry of a folder. @param marker The facts of its marker, if it has one. */
export function folderEntry(path: StorePath, marker?: ObjectFacts): StoreEntry {
  const { mtimeMs = 0, mode } = marker ?? {};
  return { path, type: "dir", bytes: 0, mtimeMs, executable: false, mode, revision: "" };
}
