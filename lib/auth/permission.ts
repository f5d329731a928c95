/**
 * Permissions of a caller. The file service checks them first.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";

/** An action on a path. */
export type Action = "list" | "read" | "write" | "remove";

/** Every action. */
export const ACTIONS: readonly Action[] = ["list", "read", "write", "remove"];

/** A limit for the bytes below a path. */
export interface Quota {
  /** The path it applies to, with everything below. */
  readonly path: string;
  /** The limit in bytes. */
  readonly bytes: number;
  /** The number of the rule it comes from. @default it is none of the stored ones */
  readonly rule?: number;
  /** Whether the caller may list everything that counts. @default {false} */
  readonly visible?: boolean;
}

/** The permissions of one caller. */
export interface Permission {
  /** Whether the action is allowed; `path` is relative to the root, which is `"."`. */
  allows(action: Action, path: string): boolean;
  /** Whether the action is allowed for the path and for every possible path below it. */
  allowsBelow(action: Action, path: string): boolean;
  /** The quotas that apply to writes to a path. */
  quotas(path: string): readonly Quota[];
}

/** Access of anonymous users. */
export type AnonymousAccess = "none" | "read" | "write";

/** Allows the same actions on every path. */
export function uniformPermission(actions: readonly Action[]): Permission {
  const allows = (action: Action) => actions.includes(action);
  return { allows, allowsBelow: allows, quotas: () => [] };
}

/** The permission of anonymous users when there are no rules. */
export function anonymousPermission(access: AnonymousAccess): Permission {
  if (access === "none") return uniformPermission([]);
  return uniformPermission(access === "write" ? ACTIONS : ["list", "read"]);
}

/** Allows what two permissions both allow, with the quotas of both. */
export function bothPermissions(one: Permission, other: Permission): Permission {
  const listedBy = (permission: Permission) => (quota: Quota): Quota => ({
    ...quota,
    visible: quota.visible === true && permission.allowsBelow("list", quota.path),
  });
  return {
    allows: (action, path) => one.allows(action, path) && other.allows(action, path),
    allowsBelow: (action, path) => one.allowsBelow(action, path) && other.allowsBelow(action, path),
    quotas: (path) => [
      ...one.quotas(path).map(listedBy(other)),
      ...other.quotas(path).map(listedBy(one)),
    ],
  };
}

/**
 * Checks a permission.
 *
 * @throws `not_allowed` if it does not allow the action.
 */
export function requirePermission(permission: Permission, action: Action, path: string): void {
  if (permission.allows(action, path)) return;
  const facts = { name: path, kind: "permission" } as const;
  throw new FtError("not_allowed", `not allowed to ${action}: ${path}`, facts);
}
