/**
 * The users, tokens and rules in a state folder.
 *
 * @module
 */

import { openAuthDatabase } from "../../auth/auth_database.ts";
import { Rules } from "../../auth/rules.ts";
import { Tokens } from "../../auth/tokens.ts";
import { Users } from "../../auth/users.ts";
import { lastServedFolder } from "../../server/served_folder.ts";
import type { StorePath } from "../../storage/store_path.ts";
import { parseRulePath } from "./rule_path.ts";
import type { ServerContext } from "./server_context.ts";
import { createStateDir } from "./state_dir.ts";

/** Users, tokens and rules. Disposing closes their database. */
export interface AuthState extends Disposable {
  readonly users: Users;
  readonly tokens: Tokens;
  readonly rules: Rules;
  /**
   * Parses a path of a rule or token, and prints a notice if it may be a mistake.
   *
   * @throws What {@linkcode parseRulePath} throws.
   */
  rulePath(text: string): StorePath;
}

/** Opens the database in the state folder, which is created if it is missing. */
export async function openAuthState(context: ServerContext): Promise<AuthState> {
  const { values, readEnv, out } = context;
  const state = await createStateDir(values.state, readEnv);
  const root = lastServedFolder(state);
  const database = openAuthDatabase(state);
  return {
    rulePath(text) {
      const { path, notice } = parseRulePath(text, root);
      if (notice !== undefined) out.notice(notice);
      return path;
    },
    users: new Users(database),
    tokens: new Tokens(database),
    rules: new Rules(database),
    [Symbol.dispose]: () => database.close(),
  };
}
