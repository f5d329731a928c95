/**
 * `ftserver token …`.
 *
 * @module
 */

import { FtError, notFound } from "../../../base/errors.ts";
import { openAuthState, parseActions, parseRulePath } from "../auth_state.ts";
import type { ServerContext } from "../server_context.ts";

const SPAN_MS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Milliseconds of `30m`, `12h`, `7d`. */
function parseSpan(text: string): number {
  const [, count, unit] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  if (count !== undefined) return Number(count) * SPAN_MS[unit as keyof typeof SPAN_MS];
  throw new FtError("usage", `--expires: wanted a time as 30m, 12h or 7d, not "${text}"`);
}

/** `token add NAME`: prints the token, which is nowhere else. */
export async function runTokenAdd(context: ServerContext): Promise<number> {
  const { args: [name = ""], values, out } = context;
  if (values.paths.length === 0 || values.actions.length === 0) {
    throw new FtError(
      "usage",
      "a token needs --paths and --actions: without them it is for nothing",
    );
  }
  const owner = values.owner;
  using state = await openAuthState(context);
  if (owner !== undefined && state.users.find(owner) === undefined) throw notFound(owner);
  const token = state.tokens.add({
    name,
    paths: values.paths.map(parseRulePath),
    actions: parseActions(values.actions),
    once: values.once,
    ...(owner !== undefined && { owner }),
    ...(values.expires !== undefined && { expiresAtMs: Date.now() + parseSpan(values.expires) }),
  });
  out.line(token);
  return 0;
}

/** `token list`: name, owner, end, uses, actions and paths a line, with two blanks between. */
export async function runTokenList(context: ServerContext): Promise<number> {
  using state = await openAuthState(context);
  for (const { name, owner, actions, paths, expiresAtMs, once } of state.tokens.list()) {
    const end = expiresAtMs === undefined ? "never" : new Date(expiresAtMs).toISOString();
    const facts = [name, owner ?? "-", end, once ? "once" : "often"];
    context.out.line([...facts, actions.join(","), paths.join(",")].join("  "));
  }
  return 0;
}

/** `token revoke NAME`. */
export async function runTokenRevoke(context: ServerContext): Promise<number> {
  using state = await openAuthState(context);
  state.tokens.revoke(context.args[0] ?? "");
  return 0;
}
