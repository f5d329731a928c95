/**
 * `ftserver user …`.
 *
 * @module
 */

import { FtError } from "../../../base/errors.ts";
import { MIN_PASSWORD_CHARS } from "../../../base/limits.ts";
import { readSecret } from "../../terminal/secrets.ts";
import { printTable } from "../../terminal/table.ts";
import { parseRole } from "../auth_arguments.ts";
import { openAuthState } from "../auth_state.ts";
import type { ServerContext } from "../server_context.ts";

/** @throws `usage` for a short password without `--weak`. */
async function newPassword(
  { values, readEnv, signal }: ServerContext,
  name: string,
): Promise<string> {
  const password = await readSecret({
    file: values["password-file"],
    variable: "FTSERVER_PASSWORD",
    readEnv,
    prompt: `Password for ${name}: `,
    confirm: true,
    signal,
  });
  if ([...password].length >= MIN_PASSWORD_CHARS || values.weak) return password;
  throw new FtError(
    "usage",
    `the password has fewer than ${MIN_PASSWORD_CHARS} characters: choose a longer one, or use --weak`,
  );
}

/** `user add NAME`. */
export async function runUserAdd(context: ServerContext): Promise<number> {
  const [name = ""] = context.args;
  const role = parseRole(context.values.role);
  using state = await openAuthState(context);
  state.users.requireFree(name);
  await state.users.add(name, role, await newPassword(context, name));
  context.out.notice(`added ${name} (${role})`);
  if (role === "none") context.out.notice(`${name} is not allowed anything until a rule allows it`);
  return 0;
}

/** `user passwd NAME`. */
export async function runUserPasswd(context: ServerContext): Promise<number> {
  const [name = ""] = context.args;
  using state = await openAuthState(context);
  state.users.require(name);
  await state.users.setPassword(name, await newPassword(context, name));
  return 0;
}

/** `user role NAME ROLE`. */
export async function runUserRole(context: ServerContext): Promise<number> {
  const [name = "", role = ""] = context.args;
  using state = await openAuthState(context);
  state.users.setRole(name, parseRole(role));
  return 0;
}

/** `user remove NAME`. */
export async function runUserRemove(context: ServerContext): Promise<number> {
  using state = await openAuthState(context);
  state.users.remove(context.args[0] ?? "");
  return 0;
}

/** `user list`: one line per user with name and role. */
export async function runUserList(context: ServerContext): Promise<number> {
  using state = await openAuthState(context);
  const rows = state.users.list().map(({ name, role }) => [name, role]);
  printTable(context.out, ["NAME", "ROLE"], rows);
  return 0;
}
