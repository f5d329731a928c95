/**
 * Permissions of running sessions, which follow changes of users, tokens and rules.
 *
 * @module
 */

import type { Permission } from "./permission.ts";

/**
 * Creates a permission that is recomputed when its source changes.
 *
 * @param version Returns a different value whenever `make` could return another permission.
 * @param make Returns the current permission. If it throws, every check throws.
 */
export function livePermission(version: () => unknown, make: () => Permission): Permission {
  let made = { version: version(), permission: make() };
  const current = () => {
    const now = version();
    if (now !== made.version) made = { version: now, permission: make() };
    return made.permission;
  };
  return {
    allows: (action, path) => current().allows(action, path),
    allowsBelow: (action, path) => current().allowsBelow(action, path),
    quotas: (path) => current().quotas(path),
  };
}
