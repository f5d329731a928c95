/**
 * `ftserver acl …`.
 *
 * @module
 */

import { ACTIONS, type AnonymousAccess } from "../../../auth/permission.ts";
import { ANONYMOUS, Policy, type Rule } from "../../../auth/policy.ts";
import type { Users } from "../../../auth/users.ts";
import { FtError } from "../../../base/errors.ts";
import { parseSize } from "../../format/sizes.ts";
import { didYouMean } from "../../program/nearest.ts";
import { parseAction, parseRulePath, requireSubject } from "../auth_arguments.ts";
import { openAuthState } from "../auth_state.ts";
import type { ServerContext } from "../server_context.ts";
import { anonymousAccess, listenUrls } from "../start/serve_options.ts";

type NewRule = Omit<Rule, "id">;

/** The rules that each kind of `acl add` makes. */
const KINDS: Record<string, (subject: string, args: readonly string[]) => NewRule[]> = {
  allow: (subject, args) => [actionRule(subject, "allow", args)],
  deny: (subject, args) => [actionRule(subject, "deny", args)],
  dropbox: (subject, [text = ""]) => {
    const path = parseRulePath(text);
    const others = ACTIONS.filter((action) => action !== "write");
    return [
      { subject, effect: "allow", actions: ["write"], path },
      { subject, effect: "deny", actions: others, path },
    ];
  },
  quota: (subject, [size = "", path = ""]) => {
    const bytes = parseSize(size);
    if (bytes === null) {
      throw new FtError("usage", `quota: expected a size such as 500M or 10Gi, got "${size}"`);
    }
    return [{ subject, effect: "quota", actions: [], path: parseRulePath(path), bytes }];
  },
};

function actionRule(
  subject: string,
  effect: "allow" | "deny",
  [list = "", path = ""]: readonly string[],
): NewRule {
  const words = list === "all" ? ACTIONS : list.split(",").filter((word) => word !== "");
  return { subject, effect, actions: words.map(parseAction), path: parseRulePath(path) };
}

/** `acl add USER allow|deny ACTIONS PATH`, `acl add USER dropbox PATH`, `… quota SIZE PATH`. */
export async function runAclAdd(context: ServerContext): Promise<number> {
  const [subject = "", kind = "", ...args] = context.args;
  const makeRules = KINDS[kind];
  if (makeRules === undefined || args.length !== (kind === "dropbox" ? 1 : 2)) {
    const hint = makeRules === undefined ? didYouMean(kind, Object.keys(KINDS)) : "";
    throw new FtError(
      "usage",
      "acl add needs USER allow|deny ACTIONS PATH, USER dropbox PATH or USER quota SIZE PATH" +
        hint,
    );
  }
  const rules = makeRules(subject, args);
  using state = await openAuthState(context);
  requireSubject(state.users, subject);
  for (const rule of rules) context.out.line(ruleText(state.rules.add(rule), "  "));
  return 0;
}

/** `acl list`: one line per rule with number, subject, effect, actions or bytes, and path. */
export async function runAclList(context: ServerContext): Promise<number> {
  using state = await openAuthState(context);
  for (const rule of state.rules.list()) context.out.line(ruleText(rule, "  "));
  return 0;
}

function ruleText({ id, subject, effect, actions, path, bytes }: Rule, separator: string): string {
  return [id, subject, effect, bytes ?? (actions.join(",") || "nothing"), path].join(separator);
}

/** `acl remove NUMBER`. */
export async function runAclRemove(context: ServerContext): Promise<number> {
  const [number = ""] = context.args;
  if (!/^\d{1,15}$/.test(number)) {
    throw new FtError("usage", `acl remove: expected the number of a rule, got "${number}"`);
  }
  using state = await openAuthState(context);
  state.rules.remove(Number(number));
  return 0;
}

/** `acl explain USER ACTION PATH`: whether an action is allowed, and which rule or role decides. */
export async function runAclExplain(context: ServerContext): Promise<number> {
  const { args: [name = "", word = "", text = ""], values, out } = context;
  const action = parseAction(word);
  const path = parseRulePath(text);
  using state = await openAuthState(context);
  requireSubject(state.users, name);
  const access = anonymousAccess(values.anonymous, listenUrls(values));
  if (name === ANONYMOUS && access === "none") {
    out.line("denied by --anonymous none");
    return 0;
  }
  const subject = subjectOf(state.users, name, access);
  const { allowed, rule } = new Policy(subject, state.rules.list()).decide(action, path);
  const reason = rule === undefined
    ? `role \`${subject.role}\` (no rule matches)`
    : `rule ${ruleText(rule, " ")}`;
  out.line(`${allowed ? "allowed" : "denied"} by ${reason}`);
  return 0;
}

function subjectOf(users: Users, name: string, access: AnonymousAccess) {
  return users.find(name) ?? { name, role: access };
}
