/**
 * Downloads of a version instead of a file.
 *
 * @module
 */

import type { OpenRemote } from "../../client/remote/open.ts";

/** Returns connections whose transfers download a version. */
export function openingVersion(open: OpenRemote, rev: number): OpenRemote {
  return async () => {
    const remote = await open();
    try {
      // Groups read many files, each as it is now.
      const { groups: _, ...transfers } = remote.versions.transfers(rev);
      return { ...remote, transfers };
    } catch (error) {
      await remote[Symbol.asyncDispose]();
      throw error;
    }
  };
}
