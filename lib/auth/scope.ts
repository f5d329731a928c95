/**
 * The scope of a token.
 *
 * @module
 */

import { isWithin } from "../base/is_within.ts";
import type { Action, Permission } from "./permission.ts";

/** Allowed paths and actions. An empty list allows nothing. */
export interface Scope {
  /** Paths, each with everything below. */
  readonly paths: readonly string[];
  readonly actions: readonly Action[];
}

/** Returns the permission that a scope grants. */
export function scopePermission({ paths, actions }: Scope): Permission {
  const allows = (action: Action, path: string) =>
    actions.includes(action) && paths.some((folder) => isWithin(folder, path));
  return { allows, allowsBelow: allows, quotas: () => [] };
}
