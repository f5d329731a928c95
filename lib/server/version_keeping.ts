/**
 * How a server keeps versions.
 *
 * @module
 */

import { every } from "../base/every.ts";
import { VERSIONS_SWEEP_MS } from "../base/limits.ts";
import type { Logger } from "../base/log.ts";
import { asFtError } from "../base/os_errors.ts";
import type { DigestCache } from "../storage/digest_cache.ts";
import type { StoreVersions } from "../storage/store_versions.ts";
import type { KeepingOptions, VersionPolicy } from "../storage/version_policy.ts";

/** Returns the options of a store. */
export function keepingOptions(
  policy: VersionPolicy,
  cache: DigestCache,
  log: Logger,
): KeepingOptions {
  return {
    policy,
    digests: {
      rootOf: (path, revision) => cache.facts(path, revision)?.root,
      rename: (from, to) => cache.rename(from, to.path, to),
      forget: (path) => cache.forget(path),
    },
    onNotKept: (name, bytes) => log.warning("version.not_kept", { name, bytes }),
    onExpired: (versions, bytes) => log.info("version.expired", { versions, bytes }),
    onFault: ({ code, message }) => log.warning("version.fault", { code, message }),
  };
}

/** Removes versions that are too old, now and from time to time, until disposed. */
export function expireVersions(versions: StoreVersions, log: Logger): Disposable {
  const expire = async () => {
    try {
      await versions.expire();
    } catch (error) {
      const { code, message } = asFtError(error);
      log.warning("version.fault", { code, message });
    }
  };
  void expire();
  return every(VERSIONS_SWEEP_MS, expire);
}
