/**
 * The users, tokens and rules in a state folder.
 *
 * @module
 */

import { openAuthDatabase } from "../../auth/auth_database.ts";
import { Rules } from "../../auth/rules.ts";
import { Tokens } from "../../auth/tokens.ts";
import { Users } from "../../auth/users.ts";
import type { ServerContext } from "./server_context.ts";
import { createStateDir } from "./state_dir.ts";

/** Users, tokens and rules. Disposing closes their database. */
export interface AuthState extends Disposable {
  readonly users: Users;
  readonly tokens: Tokens;
  readonly rules: Rules;
}

/** Opens the database in the state folder, which is created if it is missing. */
export async function openAuthState({ values, readEnv }: ServerContext): Promise<AuthState> {
  const database = openAuthDatabase(await createStateDir(values.state, readEnv));
  return {
    users: new Users(database),
    tokens: new Tokens(database),
    rules: new Rules(database),
    [Symbol.dispose]: () => database.close(),
  };
}
