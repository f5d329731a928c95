/**
 * What a token is good for, whoever made it.
 *
 * @module
 */

import { isWithin } from "../base/is_within.ts";
import type { Action, Permission } from "./permission.ts";

/** Paths and actions. An empty list allows nothing. */
export interface Scope {
  /** With all below each. */
  readonly paths: readonly string[];
  readonly actions: readonly Action[];
}

/** The permission a scope gives. */
export function scopePermission({ paths, actions }: Scope): Permission {
  const allows = (action: Action, path: string) =>
    actions.includes(action) && paths.some((folder) => isWithin(folder, path));
  return { allows, allowsBelow: allows, quotas: () => [] };
}
