/**
 * A property of the rule engine.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { type Action, ACTIONS } from "../../lib/auth/permission.ts";
import { Policy, ROLES, type Rule } from "../../lib/auth/policy.ts";
import { isWithin } from "../../lib/base/is_within.ts";
import { named, type NamedProperty } from "./named_property.ts";

const rulePath = fc.array(fc.constantFrom("a", "b", "A"), { maxLength: 4 })
  .map((names) => names.join("/") || ".");
const rule = fc.record<Rule>({
  id: fc.nat(),
  subject: fc.constantFrom("ana", "bob", "*"),
  effect: fc.constantFrom("allow" as const, "deny" as const),
  actions: fc.subarray([...ACTIONS]),
  path: rulePath,
});

/** Evaluates the rules one by one, without an index. */
function evaluate(
  rules: readonly Rule[],
  byRole: boolean,
  action: Action,
  at: string,
): boolean {
  const about = rules.filter((r) =>
    ["ana", "*"].includes(r.subject) && r.actions.includes(action) &&
    (r.effect === "deny" ? isWithin(r.path.toLowerCase(), at.toLowerCase()) : isWithin(r.path, at))
  );
  const depth = (r: Rule) => r.path === "." ? 0 : r.path.split("/").length;
  const longest = about.filter((r) => about.every((other) => depth(other) <= depth(r)));
  return longest.length === 0 ? byRole : longest.every((r) => r.effect === "allow");
}

/** The policy agrees with a simple evaluation of its rules. */
export const policies: NamedProperty = named(
  "Policy decides as a simple evaluation of its rules does",
  fc.property(
    fc.array(rule, { maxLength: 8 }),
    fc.constantFrom(...ROLES),
    fc.constantFrom(...ACTIONS),
    rulePath,
    (rules, role, action, at) => {
      const byRole = new Policy({ name: "x", role }, []).allows(action, at);
      const ana = new Policy({ name: "ana", role }, rules);
      const expected = role === "admin" || evaluate(rules, byRole, action, at);
      assertEquals(ana.allows(action, at), expected);
      const below = at === "." ? "z" : `${at}/z`;
      if (ana.allowsBelow(action, at)) assert(ana.allows(action, below));
    },
  ),
);
