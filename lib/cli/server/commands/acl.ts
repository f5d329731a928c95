/**
 * `ftserver acl …`.
 *
 * @module
 */

import { ACTIONS, type AnonymousAccess } from "../../../auth/permission.ts";
import { ANONYMOUS, EVERYBODY, Policy, type Rule } from "../../../auth/policy.ts";
import type { Users } from "../../../auth/users.ts";
import { FtError } from "../../../base/errors.ts";
import { parseSize } from "../../format/sizes.ts";
import { printTable } from "../../terminal/table.ts";
import { didYouMean } from "../../program/nearest.ts";
import { parseAction, requireSubject } from "../auth_arguments.ts";
import { type AuthState, openAuthState } from "../auth_state.ts";
import type { ServerContext } from "../server_context.ts";
import { anonymousAccess, listenUrls } from "../start/serve_options.ts";

type NewRule = Omit<Rule, "id">;

type ParsePath = (text: string) => string;
type MakeRules = (subject: string, args: readonly string[], parse: ParsePath) => NewRule[];

/** The rules that each kind of `acl add` makes. */
const KINDS: Record<string, MakeRules> = {
  allow: (subject, args, parse) => [actionRule(subject, "allow", args, parse)],
  deny: (subject, args, parse) => [actionRule(subject, "deny", args, parse)],
  dropbox: (subject, [text = ""], parse) => {
    const path = parse(text);
    const others = ACTIONS.filter((action) => action !== "write");
    return [
      { subject, effect: "allow", actions: ["write"], path },
      { subject, effect: "deny", actions: others, path },
    ];
  },
  quota: (subject, [size = "", path = ""], parse) => {
    const bytes = parseSize(size);
    if (bytes === null) {
      throw new FtError("usage", `quota: expected a size such as 500M or 10Gi, got "${size}"`);
    }
    return [{ subject, effect: "quota", actions: [], path: parse(path), bytes }];
  },
};

function actionRule(
  subject: string,
  effect: "allow" | "deny",
  [list = "", path = ""]: readonly string[],
  parse: ParsePath,
): NewRule {
  const words = list === "all" ? ACTIONS : list.split(",").filter((word) => word !== "");
  const actions = (words.length === 0 ? [list] : words).map(parseAction);
  return { subject, effect, actions, path: parse(path) };
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
  using state = await openAuthState(context);
  requireSubject(state.users, subject);
  const rules = makeRules(subject, args, (text) => state.rulePath(text));
  for (const rule of rules) {
    const useless = uselessBecause(rule, state);
    if (useless !== undefined) context.out.notice(`the rule has no effect: ${useless}`);
    context.out.line(ruleText(state.rules.add(rule), "  "));
  }
  return 0;
}

/** Returns why a new rule decides nothing, if that is so now. */
function uselessBecause(rule: NewRule, { users, rules }: AuthState): string | undefined {
  const { subject, effect, actions, path } = rule;
  if (users.find(subject)?.role === "admin") return `no rule applies to the admin ${subject}`;
  if (effect === "quota") return undefined;
  const winner = rules.list().find((other) =>
    (other.subject === subject || other.subject === EVERYBODY) && other.path === path &&
    (other.effect === "deny" || other.effect === effect) &&
    actions.every((action) => other.actions.includes(action))
  );
  return winner && `rule ${ruleText(winner, " ")} decides`;
}

/** `acl list`: one line per rule with number, subject, effect, actions or bytes, and path. */
export async function runAclList(context: ServerContext): Promise<number> {
  using state = await openAuthState(context);
  const headings = ["NUMBER", "SUBJECT", "EFFECT", "ACTIONS", "PATH"];
  printTable(context.out, headings, state.rules.list().map(ruleFields));
  return 0;
}

function ruleFields({ id, subject, effect, actions, path, bytes }: Rule): string[] {
  const what = bytes ?? (actions.join(",") || "nothing");
  return [String(id), subject, effect, String(what), path];
}

function ruleText(rule: Rule, separator: string): string {
  return ruleFields(rule).join(separator);
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
  using state = await openAuthState(context);
  requireSubject(state.users, name);
  const path = state.rulePath(text);
  const access = anonymousAccess(values.anonymous, listenUrls(context), context.values.web);
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
