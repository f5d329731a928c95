/**
 * The rule engine: decides from a role and rules, and reports the reason.
 *
 * The rule with the longest path wins; of rules for the same path, a denial wins. If no rule
 * matches, the role decides.
 *
 * @module
 */

import { foldCase, foldPath, isWithinAnyCase } from "../base/fold_case.ts";
import { isWithin } from "../base/is_within.ts";
import type { Action, Permission, Quota } from "./permission.ts";

/** Default permissions of a user, where no rule matches. */
export type Role = "none" | "read" | "write" | "admin";

/** All roles. */
export const ROLES: readonly Role[] = ["none", "read", "write", "admin"];

const ROLE_ACTIONS: Record<Role, readonly Action[]> = {
  none: [],
  read: ["list", "read"],
  write: ["list", "read", "write", "remove"],
  admin: ["list", "read", "write", "remove"],
};

/** The name of users who have not logged in. */
export const ANONYMOUS = "anonymous";
/** Matches every user, including anonymous ones. */
export const EVERYBODY = "*";

/** One rule. */
export interface Rule {
  /** Its number, used to remove it. */
  readonly id: number;
  /** A user name, {@linkcode ANONYMOUS}, or {@linkcode EVERYBODY}. */
  readonly subject: string;
  readonly effect: "allow" | "deny" | "quota";
  /** The actions that are allowed or denied. */
  readonly actions: readonly Action[];
  /** The path it applies to, with everything below; `"."` is the root. */
  readonly path: string;
  /** The limit of a quota, in bytes. */
  readonly bytes?: number;
}

/** The result of a check, with its reason. */
export interface Decision {
  readonly allowed: boolean;
  /** The rule that decided; absent if the role did. */
  readonly rule?: Rule;
}

/** The user a policy is for. */
export interface Subject {
  readonly name: string;
  readonly role: Role;
}

/**
 * The policy for one user. No rule applies to an admin.
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
   * Selects the rules for a subject.
   *
   * @param rules The rules for all subjects.
   */
  constructor(subject: Subject, rules: readonly Rule[]) {
    this.#role = subject.role;
    if (subject.role === "admin") return;
    for (const rule of rules) if (concerns(rule, subject.name)) this.#add(rule);
  }

  #add(rule: Rule): void {
    if (rule.effect === "quota") {
      this.#quotas.push({ path: rule.path, bytes: rule.bytes ?? 0, rule: rule.id });
      return;
    }
    const deny = rule.effect === "deny";
    const [map, key] = deny ? [this.#denies, foldPath(rule.path)] : [this.#allows, rule.path];
    map.set(key, [...map.get(key) ?? [], rule]);
  }

  /** Decides whether an action is allowed, and why. */
  decide(action: Action, path: string): Decision {
    if (this.#allows.size + this.#denies.size === 0) return { allowed: this.#byRole(action) };
    const about = (rule: Rule) => rule.actions.includes(action);
    // A file system may ignore case, so a denial holds for every spelling of its path.
    const spellings = upwards(foldPath(path));
    for (const place of upwards(path)) {
      const deny = this.#denies.get(spellings.next().value!)?.find(about);
      if (deny !== undefined) return { allowed: false, rule: deny };
      const allow = this.#allows.get(place)?.find(about);
      if (allow !== undefined) return { allowed: true, rule: allow };
    }
    return { allowed: this.#byRole(action) };
  }

  #byRole(action: Action): boolean {
    return ROLE_ACTIONS[this.#role].includes(action);
  }

  allows(action: Action, path: string): boolean {
    return this.decide(action, path).allowed;
  }

  allowsBelow(action: Action, path: string): boolean {
    if (!this.allows(action, path)) return false;
    const top = foldPath(path);
    for (const [place, rules] of this.#denies) {
      if (isWithin(top, place) && rules.some((rule) => rule.actions.includes(action))) return false;
    }
    return true;
  }

  quotas(path: string): readonly Quota[] {
    // Like a denial, a quota holds for every spelling of its path.
    return this.#quotas.filter((quota) => isWithinAnyCase(quota.path, path))
      .map((quota) => ({ ...quota, visible: this.allowsBelow("list", quota.path) }));
  }
}

/**
 * Whether a rule is about a user. Names that differ only in spelling may belong to one person, so a
 * denial or a quota for one of them holds for the others; a permission holds for the exact name.
 */
function concerns({ subject, effect }: Rule, name: string): boolean {
  if (subject === name || subject === EVERYBODY) return true;
  return effect !== "allow" && foldCase(subject) === foldCase(name);
}

/** Yields a path, its parent folders, and the root. */
function* upwards(path: string): Generator<string> {
  for (let at = path; at !== "."; at = at.slice(0, Math.max(at.lastIndexOf("/"), 0)) || ".") {
    yield at;
  }
  yield ".";
}
