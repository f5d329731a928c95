/**
 * Which object has the content of a path.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import { MAX_OBJECT_KEY_BYTES } from "../base/limits.ts";
import { isLongerThan } from "../base/text.ts";
import { RESERVED_NAME, ROOT, type StorePath } from "../storage/store_path.ts";

/** Paths as names of objects, all of which begin with a prefix. */
export class ObjectKeys {
  /** Empty, or with a `/` at its end. */
  readonly prefix: string;
  /** Begins the names of the server's own objects. */
  readonly reserved: string;

  constructor(prefix: string) {
    this.prefix = prefix;
    this.reserved = `${prefix}${RESERVED_NAME}/`;
  }

  /** The object of a file. @throws `limit` for a name that the store does not take. */
  file(path: StorePath): string {
    return checked(`${this.prefix}${path}`, path);
  }

  /** The beginning of what is in a folder, which is also its marker. @throws As `file`. */
  folder(path: StorePath): string {
    return path === ROOT ? this.prefix : checked(`${this.prefix}${path}/`, path);
  }
}

function checked(key: string, path: string): string {
  if (!isLongerThan(key, MAX_OBJECT_KEY_BYTES)) return key;
  const message = `the store takes no name longer than ${MAX_OBJECT_KEY_BYTES} bytes: ` +
    path.slice(0, 300);
  throw new FtError("limit", message, { name: path });
}
