import { assert, assertEquals } from "@std/assert";
import { type Action, ACTIONS, bothPermissions } from "../../lib/auth/permission.ts";
import { Policy, type Role, type Rule } from "../../lib/auth/policy.ts";
import { scopePermission } from "../../lib/auth/scope.ts";

const permissions = "none";

function rule(text: string, id = 0): Rule {
  const [subject = "", effect = "", actions = "", path = ""] = text.split(" ");
  const listed = actions === "-" ? [] : actions.split(",") as Action[];
  return { id, subject, effect: effect as Rule["effect"], actions: listed, path };
}

function policy(role: Role, ...rules: string[]): Policy {
  return new Policy({ name: "ana", role }, rules.map(rule));
}

Deno.test({
  name: "Policy grants a role its actions",
  permissions,
  fn() {
    const may = (role: Role) => ACTIONS.filter((action) => policy(role).allows(action, "a/b"));
    assertEquals(may("none"), []);
    assertEquals(may("read"), ["list", "read"]);
    assertEquals(may("write"), [...ACTIONS]);
    assertEquals(may("admin"), [...ACTIONS]);
  },
});

Deno.test({
  name: "Policy: the rule with the longest path wins, and a denial wins ties",
  permissions,
  fn() {
    const ana = policy(
      "none",
      "ana allow read,write team",
      "ana deny write team/old",
      "ana allow write team/old/mine",
      "* allow read tie",
      "ana deny read tie",
      "bob allow read bobs",
    );
    assertEquals(ana.decide("write", "team/a").rule?.id, 0);
    assertEquals(ana.decide("write", "team/old/a").rule?.id, 1);
    assertEquals(ana.decide("write", "team/old/mine/a").rule?.id, 2);
    assertEquals(ana.decide("read", "team/old/a"), {
      allowed: true,
      rule: ana.decide("read", "team").rule!,
    });
    assertEquals(ana.decide("read", "tie/x").allowed, false);
    assertEquals(ana.decide("read", "bobs/x"), { allowed: false });
    // A sibling with the same prefix is not below the folder.
    assertEquals(ana.allows("read", "team2"), false);
  },
});

Deno.test({
  name: "acl-empty-list-fails-closed: no rules, no actions and no paths allow nothing",
  permissions,
  fn() {
    const empty = policy("none", "ana allow - .");
    for (const action of ACTIONS) {
      assertEquals(policy("none").allows(action, "."), false);
      assertEquals(empty.allows(action, "."), false);
      assertEquals(scopePermission({ paths: [], actions: ACTIONS }).allows(action, "."), false);
      assertEquals(scopePermission({ paths: ["."], actions: [] }).allows(action, "."), false);
    }
  },
});

Deno.test({
  name: "Policy denies every spelling of a path, and allows only the exact one",
  permissions,
  fn() {
    const ana = policy("write", "ana deny read Secret/\u00e9");
    for (const path of ["Secret/\u00e9", "secret/\u00c9", "SECRET/e\u0301/x"]) {
      assertEquals(ana.allows("read", path), false, path);
    }
    assertEquals(policy("none", "ana allow read In").allows("read", "in"), false);
  },
});

Deno.test({
  name: "Policy.allowsBelow sees a denial anywhere below",
  permissions,
  fn() {
    const ana = policy("write", "ana deny remove a/b/c");
    assertEquals(["a", "a/b", ".", "a/b/c/d"].map((p) => ana.allowsBelow("remove", p)), [
      ...[false, false, false, false],
    ]);
    assertEquals(["b", "a/b2"].map((path) => ana.allowsBelow("remove", path)), [true, true]);
  },
});

Deno.test({
  name: "Policy applies no rule to an admin, and bothPermissions allows what both allow",
  permissions,
  fn() {
    assert(policy("admin", "* deny read .").allows("read", "x"));
    const scope = scopePermission({ paths: ["in"], actions: ["write", "read"] });
    const both = bothPermissions(policy("read"), scope);
    assertEquals(ACTIONS.filter((action) => both.allows(action, "in/x")), ["read"]);
    assertEquals(both.allows("read", "out"), false);
  },
});
