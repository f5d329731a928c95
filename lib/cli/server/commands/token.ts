/**
 * `ftserver token …`.
 *
 * @module
 */

import { Policy } from "../../../auth/policy.ts";
import { FtError } from "../../../base/errors.ts";
import { MAX_TOKEN_LIFE_MS } from "../../../base/limits.ts";
import { parseAction, requireUser } from "../auth_arguments.ts";
import { printTable } from "../../terminal/table.ts";
import { openAuthState } from "../auth_state.ts";
import { isoTime } from "../../../base/iso_time.ts";
import { parseSpan } from "../../format/spans.ts";
import type { ServerContext } from "../server_context.ts";

const DAY_MS = 86_400_000;

/** Parses the time after which a token expires into milliseconds. @throws `usage`. */
function parseLife(text: string): number {
  const ms = parseSpan(text);
  if (ms !== null && ms <= MAX_TOKEN_LIFE_MS) return ms;
  const days = MAX_TOKEN_LIFE_MS / DAY_MS;
  const expected = `expected a time such as 30m, 12h or 7d, from 1s to ${days}d`;
  throw new FtError("usage", `--expires: ${expected}, got "${text}"`);
}

/** Checks the name of a token, which is printed in lists. @throws `usage`. */
function requireTokenName(name: string): void {
  if (/^[^\p{C}\p{Z}]([^\p{C}]{0,126}[^\p{C}\p{Z}])?$/u.test(name)) return;
  throw new FtError("usage", `invalid token name: "${name}" (printable, at most 128 characters)`);
}

/** `token add NAME`: prints the token, which is stored nowhere. */
export async function runTokenAdd(context: ServerContext): Promise<number> {
  const { args: [name = ""], values, out } = context;
  if (values.paths.length === 0 || values.actions.length === 0) {
    throw new FtError("usage", "token add needs --paths and --actions");
  }
  requireTokenName(name);
  const span = values.expires === undefined ? undefined : parseLife(values.expires);
  const expiresAtMs = span && Date.now() + span;
  using state = await openAuthState(context);
  const owner = values.owner === undefined ? undefined : requireUser(state.users, values.owner);
  const paths = values.paths.map((text) => state.rulePath(text));
  const actions = values.actions.map(parseAction);
  if (owner !== undefined) {
    const policy = new Policy(owner, state.rules.list());
    for (const path of paths) {
      const refused = actions.filter((action) => !policy.allows(action, path));
      if (refused.length === 0) continue;
      out.notice(
        `${owner.name}, and so the token, is not allowed to ${refused.join(", ")}: ${path}`,
      );
    }
  }
  const { once } = values;
  out.line(state.tokens.add({ name, paths, actions, once, owner: owner?.name, expiresAtMs }));
  return 0;
}

/**
 * `token list`: one line per token with name, owner, expiry, uses, actions and paths; of a share also
 * whose it is, and of one that ended also why.
 */
export async function runTokenList(context: ServerContext): Promise<number> {
  using state = await openAuthState(context);
  const rows = state.tokens.list().map((token) => {
    const { name, owner, actions, paths, expiresAtMs, once, madeBy, state: ended } = token;
    const end = expiresAtMs === undefined ? "never" : isoTime(expiresAtMs);
    const fields = [name, owner ?? "-", end, once ? "once" : "often"];
    const scope = [actions.join(","), paths.join(",")];
    const notes = [madeBy && `shared by ${madeBy}`, ended].filter((note) => note !== undefined);
    return [...fields, ...scope, ...notes];
  });
  printTable(context.out, ["NAME", "OWNER", "ENDS", "USES", "ACTIONS", "PATHS", "NOTES"], rows);
  return 0;
}

/** `token revoke NAME`. */
export async function runTokenRevoke(context: ServerContext): Promise<number> {
  using state = await openAuthState(context);
  state.tokens.revoke(context.args[0] ?? "");
  return 0;
}
