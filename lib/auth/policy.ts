/**
 * The rule engine: pure, from a role and rules to a decision and its reason.
 *
 * The rule for the longest path wins; among rules for the same path a denial wins; where no rule
 * speaks, the role does; where the role gives nothing, nothing is allowed.
 *
 * @module
 */

import { isWithin } from "../base/is_within.ts";
import type { Action, Permission, Quota } from "./permission.ts";

/** What a user may do where no rule says otherwise. */
export type Role = "none" | "read" | "write" | "admin";

/** Every role. */
export const ROLES: readonly Role[] = ["none", "read", "write", "admin"];

const ROLE_ACTIONS: Record<Role, readonly Action[]> = {
  none: [],
  read: ["list", "read"],
  write: ["list", "read", "write", "remove"],
  admin: ["list", "read", "write", "remove"],
};

/** The name of whoever has not logged in. */
export const ANONYMOUS = "anonymous";
/** Stands for every user, and for those who have not logged in. */
export const EVERYBODY = "*";

/** One rule. */
export interface Rule {
  /** Its number, by which it is removed. */
  readonly id: number;
  /** A user's name, {@linkcode ANONYMOUS}, or {@linkcode EVERYBODY}. */
  readonly subject: string;
  readonly effect: "allow" | "deny" | "quota";
  /** What is allowed or denied; an empty list is about nothing. */
  readonly actions: readonly Action[];
  /** The path it is for, with all below; `"."` is everything. */
  readonly path: string;
  /** Bytes, of a quota. */
  readonly bytes?: number;
}

/** Whether something is allowed, and why. */
export interface Decision {
  readonly allowed: boolean;
  /** The rule that decided; absent when the role did. */
  readonly rule?: Rule;
}

/** Whose policy it is. */
export interface Subject {
  readonly name: string;
  readonly role: Role;
}

/**
 * The policy for one user. No rule binds an admin.
 *
 * @example
 * ```ts
 * import { Policy } from "./policy.ts";
 *
 * const policy = new Policy({ name: "ana", role: "read" }, [
 *   { id: 1, subject: "ana", effect: "allow", actions: ["write"], path: "in" },
 *   { id: 2, subject: "*", effect: "deny", actions: ["write"], path: "in/old" },
 * ]);
 * if (!policy.allows("write", "in/a") || policy.allows("write", "in/old/a")) throw new Error();
 * ```
 */
export class Policy implements Permission {
  readonly #role: Role;
  readonly #allows = new Map<string, Rule[]>();
  readonly #denies = new Map<string, Rule[]>();
  readonly #quotas: Quota[] = [];

  /**
   * Picks what is about this subject.
   *
   * @param rules Those of all subjects.
   */
  constructor(subject: Subject, rules: readonly Rule[]) {
    this.#role = subject.role;
    if (subject.role === "admin") return;
    for (const rule of rules) {
      if (rule.subject !== subject.name && rule.subject !== EVERYBODY) continue;
      this.#add(rule);
    }
  }

  #add(rule: Rule): void {
    if (rule.effect === "quota") {
      this.#quotas.push({ path: rule.path, bytes: rule.bytes ?? 0 });
      return;
    }
    const deny = rule.effect === "deny";
    const [map, key] = deny ? [this.#denies, folded(rule.path)] : [this.#allows, rule.path];
    map.set(key, [...map.get(key) ?? [], rule]);
  }

  /** Decides, and tells why. */
  decide(action: Action, path: string): Decision {
    const about = (rule: Rule) => rule.actions.includes(action);
    for (const place of upwards(path)) {
      // Where names fold, a denial must hold for each way to write its path.
      const deny = this.#denies.get(folded(place))?.find(about);
      if (deny !== undefined) return { allowed: false, rule: deny };
      const allow = this.#allows.get(place)?.find(about);
      if (allow !== undefined) return { allowed: true, rule: allow };
    }
    return { allowed: ROLE_ACTIONS[this.#role].includes(action) };
  }

  allows(action: Action, path: string): boolean {
    return this.decide(action, path).allowed;
  }

  allowsBelow(action: Action, path: string): boolean {
    if (!this.allows(action, path)) return false;
    const top = folded(path);
    for (const [place, rules] of this.#denies) {
      if (isWithin(top, place) && rules.some((rule) => rule.actions.includes(action))) return false;
    }
    return true;
  }

  quotas(path: string): readonly Quota[] {
    return this.#quotas.filter((quota) => isWithin(quota.path, path));
  }
}

/** What a name is where case and composition do not count. */
function folded(path: string): string {
  return path.normalize("NFC").toLowerCase().normalize("NFC");
}

/** A path, the folders above it, and the root. */
function* upwards(path: string): Generator<string> {
  for (let at = path; at !== "."; at = at.slice(0, Math.max(at.lastIndexOf("/"), 0)) || ".") {
    yield at;
  }
  yield ".";
}
