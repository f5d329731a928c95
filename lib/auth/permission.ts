/**
 * What a caller may do: asked by the file service before anything else.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";

/** What can be done to a path. */
export type Action = "list" | "read" | "write" | "remove";

/** Every action. */
export const ACTIONS: readonly Action[] = ["list", "read", "write", "remove"];

/** Bytes that may be below a path. */
export interface Quota {
  /** The path it is for, with all below. */
  readonly path: string;
  /** How many. */
  readonly bytes: number;
}

/** Decides for one caller. */
export interface Permission {
  /** Whether it may; `path` is relative to the root, `"."` the root itself. */
  allows(action: Action, path: string): boolean;
  /** Whether it may with the path and with everything that is or could be below it. */
  allowsBelow(action: Action, path: string): boolean;
  /** What limits the caller's writes to a path. */
  quotas(path: string): readonly Quota[];
}

/** What a client without login may do. */
export type AnonymousAccess = "none" | "read" | "write";

/** A permission for the same actions on every path. */
export function uniformPermission(actions: readonly Action[]): Permission {
  const allows = (action: Action) => actions.includes(action);
  return { allows, allowsBelow: allows, quotas: () => [] };
}

/** The permission of a client without login, where there are no rules. */
export function anonymousPermission(access: AnonymousAccess): Permission {
  if (access === "none") return uniformPermission([]);
  return uniformPermission(access === "write" ? ACTIONS : ["list", "read"]);
}

/** What two permissions both allow, with the quotas of both. */
export function bothPermissions(one: Permission, other: Permission): Permission {
  return {
    allows: (action, path) => one.allows(action, path) && other.allows(action, path),
    allowsBelow: (action, path) => one.allowsBelow(action, path) && other.allowsBelow(action, path),
    quotas: (path) => [...one.quotas(path), ...other.quotas(path)],
  };
}

/**
 * Asks a permission.
 *
 * @throws `not_allowed` when the caller may not.
 */
export function requirePermission(permission: Permission, action: Action, path: string): void {
  if (permission.allows(action, path)) return;
  throw new FtError("not_allowed", `not allowed to ${action}: ${path}`, { name: path });
}
