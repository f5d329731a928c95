/**
 * A version of a file in the place of the file.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import type { Files } from "../service/files.ts";

/** Returns files that read a version instead of what has its name now, and nothing else. */
export function versionFiles(files: Files, rev: number): Files {
  const refuse = () =>
    Promise.reject(new FtError("usage", `a version can only be read whole: ${rev}`));
  const none = () => ({ [Symbol.asyncIterator]: () => ({ next: refuse }) });
  return {
    stat: (path, options) => files.stat(path, { ...options, rev }),
    manifest: (path, options) => files.manifest(path, { ...options, rev }),
    read: (path, ranges, options) => files.read(path, ranges, { ...options, rev }),
    ...{ statMany: none, list: none, readMany: none },
    ...{ stage: refuse, writeMany: refuse, sum: refuse, move: refuse, remove: refuse },
    ...{ mkdir: refuse, setFacts: refuse, lease: refuse, release: refuse },
  };
}
