/**
 * What a caller may do: asked by the file service before anything else.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";

/** What can be done to a path. */
export type Action = "list" | "read" | "write" | "remove";

/** Decides for one caller. */
export interface Permission {
  /** Whether it may; `path` is relative to the root, `"."` the root itself. */
  allows(action: Action, path: string): boolean;
}

/** What a client without login may do. */
export type AnonymousAccess = "none" | "read" | "write";

/** The permission of a client without login. */
export function anonymousPermission(access: AnonymousAccess): Permission {
  return {
    allows(action) {
      if (access === "write") return true;
      return access === "read" && (action === "list" || action === "read");
    },
  };
}

/** @throws `not_allowed` when the caller may not. */
export function requirePermission(permission: Permission, action: Action, path: string): void {
  if (permission.allows(action, path)) return;
  throw new FtError("not_allowed", `not allowed to ${action}: ${path}`, { name: path });
}
