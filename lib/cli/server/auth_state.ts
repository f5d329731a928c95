/**
 * The users, tokens and rules that an operator's command works on.
 *
 * @module
 */

import { openAuthDatabase } from "../../auth/auth_database.ts";
import { type Action, ACTIONS } from "../../auth/permission.ts";
import { ANONYMOUS, EVERYBODY } from "../../auth/policy.ts";
import { Rules } from "../../auth/rules.ts";
import { Tokens } from "../../auth/tokens.ts";
import { Users } from "../../auth/users.ts";
import { FtError } from "../../base/errors.ts";
import { asFtError } from "../../base/os_errors.ts";
import { storePath } from "../../storage/store_path.ts";
import { didYouMean } from "../program/nearest.ts";
import { stateDir } from "./start/serve_options.ts";
import type { ServerContext } from "./server_context.ts";

/** What is under the state folder. Disposing closes it. */
export interface AuthState extends Disposable {
  readonly users: Users;
  readonly tokens: Tokens;
  readonly rules: Rules;
}

/** Opens it; made when missing. */
export async function openAuthState({ values, readEnv }: ServerContext): Promise<AuthState> {
  const state = stateDir(values.state, readEnv);
  await Deno.mkdir(state, { recursive: true, mode: 0o700 }).catch((error) => {
    throw asFtError(error, `Cannot use ${state}`, state);
  });
  const database = openAuthDatabase(state);
  return {
    users: new Users(database),
    tokens: new Tokens(database),
    rules: new Rules(database),
    [Symbol.dispose]: () => database.close(),
  };
}

/** @throws `usage` for a word that is no action. */
export function parseActions(words: readonly string[]): readonly Action[] {
  for (const word of words) {
    if ((ACTIONS as readonly string[]).includes(word)) continue;
    const hint = didYouMean(word, ACTIONS);
    throw new FtError("usage", `not an action: ${word} (${ACTIONS.join(", ")})${hint}`);
  }
  return words as readonly Action[];
}

/** A path as rules have it. @throws `not_allowed` for one that leaves the root. */
export function parseRulePath(text: string): string {
  return text === "/" ? "." : storePath(text.replace(/^\/+/, ""));
}

/** @throws `not_found` when nobody has the name and it stands for nobody in particular. */
export function requireSubject(users: Users, name: string): void {
  if (name === ANONYMOUS || name === EVERYBODY || users.find(name) !== undefined) return;
  throw new FtError("not_found", `no such user: ${name}`, { name });
}
