/**
 * `ftserver acl …`.
 *
 * @module
 */

import type { Action } from "../../../auth/permission.ts";
import { ACTIONS } from "../../../auth/permission.ts";
import { ANONYMOUS, Policy, type Rule } from "../../../auth/policy.ts";
import type { Users } from "../../../auth/users.ts";
import { FtError } from "../../../base/errors.ts";
import { openAuthState, parseActions, parseRulePath, requireSubject } from "../auth_state.ts";
import { didYouMean } from "../../program/nearest.ts";
import { anonymousRight, listenUrls } from "../start/serve_options.ts";
import type { ServerContext } from "../server_context.ts";
import { parseSize } from "../../format/sizes.ts";

/** What each word of `acl add` makes. */
const KINDS: Record<string, (subject: string, words: readonly string[]) => Omit<Rule, "id">[]> = {
  allow: (subject, words) => actionRules(subject, "allow", words),
  deny: (subject, words) => actionRules(subject, "deny", words),
  dropbox: (subject, [path]) => {
    const at = parseRulePath(path ?? "");
    const rest = ACTIONS.filter((action) => action !== "write");
    return [
      { subject, effect: "allow", actions: ["write"], path: at },
      { subject, effect: "deny", actions: rest, path: at },
    ];
  },
  quota: (subject, [size = "", path]) => {
    const bytes = parseSize(size);
    if (bytes === null) throw new FtError("usage", `not a size: ${size} (as in 500M, 10Gi)`);
    return [{ subject, effect: "quota", actions: [], path: parseRulePath(path ?? ""), bytes }];
  },
};

function actionRules(
  subject: string,
  effect: "allow" | "deny",
  [actions = "", path]: readonly string[],
): Omit<Rule, "id">[] {
  const words = actions === "all" ? ACTIONS : actions.split(",").filter((word) => word !== "");
  return [{ subject, effect, actions: parseActions(words), path: parseRulePath(path ?? "") }];
}

/** `acl add USER allow|deny ACTIONS PATH`, `acl add USER dropbox PATH`, `… quota SIZE PATH`. */
export async function runAclAdd({ args, ...rest }: ServerContext): Promise<number> {
  const [subject = "", kind = "", ...words] = args;
  const make = KINDS[kind];
  if (make === undefined || words.length !== (kind === "dropbox" ? 1 : 2)) {
    const hint = make === undefined ? didYouMean(kind, Object.keys(KINDS)) : "";
    throw new FtError(
      "usage",
      `acl add: wanted USER allow|deny ACTIONS PATH, USER dropbox PATH or USER quota SIZE PATH${hint}`,
    );
  }
  const drafts = make(subject, words);
  using state = await openAuthState({ args, ...rest });
  requireSubject(state.users, subject);
  for (const draft of drafts) rest.out.line(lineOf(state.rules.add(draft)));
  return 0;
}

/** `acl list`: number, subject, effect, what and path a line, with two blanks between. */
export async function runAclList(context: ServerContext): Promise<number> {
  using state = await openAuthState(context);
  for (const rule of state.rules.list()) context.out.line(lineOf(rule));
  return 0;
}

function lineOf({ id, subject, effect, actions, path, bytes }: Rule): string {
  return [id, subject, effect, bytes ?? (actions.join(",") || "nothing"), path].join("  ");
}

/** `acl remove NUMBER`. */
export async function runAclRemove(context: ServerContext): Promise<number> {
  const [number = ""] = context.args;
  if (!/^\d{1,15}$/.test(number)) throw new FtError("usage", `not a rule's number: ${number}`);
  using state = await openAuthState(context);
  state.rules.remove(Number(number));
  return 0;
}

/** `acl explain USER ACTION PATH`: whether it is allowed, and what decided. */
export async function runAclExplain(context: ServerContext): Promise<number> {
  const [name = "", action = "", path = ""] = context.args;
  const [wanted] = parseActions([action]) as [Action];
  const at = parseRulePath(path);
  using state = await openAuthState(context);
  requireSubject(state.users, name);
  const { values, out } = context;
  const access = anonymousRight(values.anonymous, listenUrls(values));
  if (name === ANONYMOUS && access === "none") {
    out.line("denied: --anonymous none closes everything to those without login");
    return 0;
  }
  const subject = subjectOf(state.users, name, access);
  const { allowed, rule } = new Policy(subject, state.rules.list()).decide(wanted, at);
  const because = rule === undefined
    ? `no rule speaks, so the role ${subject.role} decides`
    : `rule ${lineOf(rule).replaceAll("  ", " ")}`;
  out.line(`${allowed ? "allowed" : "denied"}: ${because}`);
  return 0;
}

function subjectOf(users: Users, name: string, access: "none" | "read" | "write") {
  return users.find(name) ?? { name, role: access };
}
