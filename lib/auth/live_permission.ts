/**
 * Permissions of sessions that run while the operator changes users, tokens or rules.
 *
 * @module
 */

import type { Permission } from "./permission.ts";

/**
 * A permission that follows what it comes from.
 *
 * @param version Another value whenever `make` could give something else.
 * @param make Gives the permission as it is now. What it throws, every question throws.
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
