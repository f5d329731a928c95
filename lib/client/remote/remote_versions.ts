/**
 * The versions that a server keeps.
 *
 * @module
 */

import { FtError } from "../../base/errors.ts";
import type { FileVersions } from "../../service/files.ts";
import type { Transfers } from "./transfers.ts";

export type {
  DeletedEntry,
  DeletedFolder,
  FileVersion,
  FileVersions,
  LossCause,
  VersionOptions,
} from "../../service/files.ts";

/** The versions of a server, as its client sees them. */
export interface RemoteVersions extends FileVersions {
  /**
   * Returns transfers that download a version of a name instead of what has the name now.
   *
   * @internal
   */
  transfers(rev: number): Transfers;
}

/** Returns versions that refuse everything, for a server that keeps none. */
export function noVersions(where: string): RemoteVersions {
  const error = () => new FtError("protocol", `${where} keeps no versions`);
  const refuse = () => Promise.reject(error());
  return {
    ...{ of: refuse, restore: refuse, forget: refuse },
    deleted: () => ({ [Symbol.asyncIterator]: () => ({ next: refuse }) }),
    transfers: () => {
      throw error();
    },
  };
}
