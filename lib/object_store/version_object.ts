/**
 * Names of the objects that are versions: `.ftserver/versions/PATH!/FACTS`. The facts are in the name,
 * as a listing of names has no metadata of the objects.
 *
 * @module
 */

import { hash } from "node:crypto";
import { MAX_OBJECT_KEY_BYTES } from "../base/limits.ts";
import { isLongerThan } from "../base/text.ts";
import { pathFault, RESERVED_NAME, ROOT, type StorePath } from "../storage/store_path.ts";
import { type KeptVersion, VERSION_CAUSES } from "../storage/store_versions.ts";
import type { ListedObject } from "./bucket.ts";

/** An object that is a version. */
export interface VersionObject {
  readonly key: string;
  readonly version: KeptVersion;
  /** Tells from which revision it was copied; see {@linkcode sourceOf}. */
  readonly source: string;
  /** Its entity tag. */
  readonly etag: string;
  /** When the store wrote it, in milliseconds since 1970. */
  readonly writtenMs: number;
}

/** Number, time of the content, cause, source, root and user. */
const FACTS = /^(\d{1,15})\.(-?\d{1,16})\.([0-9])\.([0-9a-f]{12})\.([0-9a-f]{64})?\.([^./]*)$/;
/** Ends the name of a file, which is no folder of the versions of others. */
const NAME_END = "!/";
/** Characters of the name of a user. */
const MAX_BY_CHARS = 40;

/** Tells one revision of a file from others, in a few characters. */
export function sourceOf(revision: string): string {
  return hash("sha256", revision).slice(0, 12);
}

/** Names below one prefix. */
export class VersionKeys {
  /** Begins all names. */
  readonly prefix: string;
  readonly #bucketPrefix: string;

  /** @param bucketPrefix See `ObjectKeys.prefix`. */
  constructor(bucketPrefix: string) {
    this.#bucketPrefix = bucketPrefix;
    this.prefix = `${bucketPrefix}${RESERVED_NAME}/versions/`;
  }

  /** Begins the names of the versions of a file. */
  of(path: StorePath): string {
    return `${this.prefix}${path}${NAME_END}`;
  }

  /** Begins the names of all versions in a folder and below it. */
  below(folder: StorePath): string {
    return folder === ROOT ? this.prefix : `${this.prefix}${folder}/`;
  }

  /** The name of a version; `null` if it is too long for the store. */
  name(version: KeptVersion, source: string): string | null {
    const { rev, path, cause, by, mtimeMs, root = "" } = version;
    const who = encodeURIComponent(by.slice(0, MAX_BY_CHARS).toWellFormed()).replaceAll(".", "%2E");
    const facts = [rev, Math.trunc(mtimeMs), VERSION_CAUSES.indexOf(cause), source, root, who];
    const key = this.of(path) + facts.join(".");
    return isLongerThan(key, MAX_OBJECT_KEY_BYTES) ? null : key;
  }

  /** The path under which the digests of a version are known, which no peer can name. */
  path(key: string): StorePath {
    return key.slice(this.#bucketPrefix.length) as StorePath;
  }

  /** Reads a name; `null` for one that {@linkcode name} did not make. */
  read({ key, object }: ListedObject): VersionObject | null {
    const end = key.lastIndexOf(NAME_END);
    const [, rev, mtimeMs, cause, source, root, by] =
      FACTS.exec(key.slice(end + NAME_END.length)) ?? [];
    const known = VERSION_CAUSES[Number(cause)];
    const path = key.slice(this.prefix.length, end);
    if (object === undefined || known === undefined || pathFault(path) !== null) return null;
    const atMs = Number(rev);
    const facts = { rev: atMs, path: path as StorePath, cause: known, atMs, bytes: object.bytes };
    const version = { ...facts, mtimeMs: Number(mtimeMs), by: decoded(by!), root };
    const { etag, writtenMs } = object;
    return { key, version, source: source!, etag, writtenMs };
  }
}

/** Other tools can write names, too. */
function decoded(by: string): string {
  try {
    return decodeURIComponent(by);
  } catch {
    return "";
  }
}
