/**
 * `ftserver token …`.
 *
 * @module
 */

import { FtError, notFound } from "../../../base/errors.ts";
import { parseAction, parseRulePath } from "../auth_arguments.ts";
import { openAuthState } from "../auth_state.ts";
import { isoTime } from "../../format/times.ts";
import type { ServerContext } from "../server_context.ts";

const SPAN_MS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Parses a span such as `30m`, `12h` or `7d` into milliseconds. */
function parseSpan(text: string): number {
  const [, count, unit] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  if (count !== undefined) return Number(count) * SPAN_MS[unit as keyof typeof SPAN_MS];
  throw new FtError("usage", `--expires: expected a time such as 30m, 12h or 7d, got "${text}"`);
}

/** `token add NAME`: prints the token, which is stored nowhere. */
export async function runTokenAdd(context: ServerContext): Promise<number> {
  const { args: [name = ""], values, out } = context;
  if (values.paths.length === 0 || values.actions.length === 0) {
    throw new FtError("usage", "token add needs --paths and --actions");
  }
  const owner = values.owner;
  using state = await openAuthState(context);
  if (owner !== undefined && state.users.find(owner) === undefined) throw notFound(owner);
  const token = state.tokens.add({
    name,
    paths: values.paths.map(parseRulePath),
    actions: values.actions.map(parseAction),
    once: values.once,
    owner,
    expiresAtMs: values.expires === undefined ? undefined : Date.now() + parseSpan(values.expires),
  });
  out.line(token);
  return 0;
}

/** `token list`: one line per token with name, owner, expiry, uses, actions and paths. */
export async function runTokenList(context: ServerContext): Promise<number> {
  using state = await openAuthState(context);
  for (const { name, owner, actions, paths, expiresAtMs, once } of state.tokens.list()) {
    const end = expiresAtMs === undefined ? "never" : isoTime(expiresAtMs);
    const fields = [name, owner ?? "-", end, once ? "once" : "often"];
    context.out.line([...fields, actions.join(","), paths.join(",")].join("  "));
  }
  return 0;
}

/** `token revoke NAME`. */
export async function runTokenRevoke(context: ServerContext): Promise<number> {
  using state = await openAuthState(context);
  state.tokens.revoke(context.args[0] ?? "");
  return 0;
}
