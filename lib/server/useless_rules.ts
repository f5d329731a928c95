/**
 * Rules and tokens of earlier versions, which accepted patterns that match nothing.
 *
 * @module
 */

import type { Logger } from "../base/log.ts";
import type { Store } from "../storage/store.ts";
import type { StorePath } from "../storage/store_path.ts";

/** Logs the paths of rules and tokens that look like patterns and name no file or folder. */
export async function warnOfPatterns(
  paths: readonly string[],
  store: Pick<Store, "stat">,
  log: Logger,
): Promise<void> {
  for (const path of new Set(paths)) {
    if (!/[*?]/.test(path) || await exists(store, path as StorePath)) continue;
    log.warning("rule.useless", {
      path,
      message: "rules have no patterns: this one protects nothing",
    });
  }
}

async function exists(store: Pick<Store, "stat">, path: StorePath): Promise<boolean> {
  try {
    return await store.stat(path) !== null;
  } catch {
    // A link, or a name that may not be looked at, is there.
    return true;
  }
}
