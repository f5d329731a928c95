/**
 * Names of the objects that have the digests of other objects: `.ftserver/digests/PATH!ETAG`. So an
 * object with another entity tag, which another tool has written, has no digests; and listings say
 * which ones are stale.
 *
 * @module
 */

import { MAX_OBJECT_KEY_BYTES } from "../base/limits.ts";
import { isLongerThan } from "../base/text.ts";

/** Entity tags that can be a part of a name. */
const TAG = /^[\w-]{1,64}$/;
/** Entity tag and version of a revision, but not the revision of a part of a file. */
const REVISION = /^([\w-]{1,64})\.(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{1,15})$/;

/** The object that digests belong to. */
export interface DigestedObject {
  readonly path: string;
  readonly etag: string;
}

/** Names below one prefix. */
export class DigestKeys {
  /** Begins all names. */
  readonly prefix: string;

  /** @param reserved See `ObjectKeys.reserved`. */
  constructor(reserved: string) {
    this.prefix = `${reserved}digests/`;
  }

  /** The name for an object; `null` if it can have none. */
  of({ path, etag }: DigestedObject): string | null {
    if (!TAG.test(etag)) return null;
    const key = `${this.prefix}${path}!${etag}`;
    return isLongerThan(key, MAX_OBJECT_KEY_BYTES) ? null : key;
  }

  /** Reads a name; `null` if nothing has it. */
  read(key: string): DigestedObject | null {
    const text = key.slice(this.prefix.length);
    const at = text.lastIndexOf("!");
    const etag = text.slice(at + 1);
    return at > 0 && TAG.test(etag) ? { path: text.slice(0, at), etag } : null;
  }
}

/** The entity tag in a revision; `null` for a revision that no whole object has. */
export function etagIn(revision: string): string | null {
  return revision.match(REVISION)?.[1] ?? null;
}
