/**
 * The facts about its user that a page needs to offer only what is possible.
 *
 * @module
 */

import { hasCode } from "../../base/errors.ts";
import type { Login } from "../../dialects/dialect.ts";
import type { Visit } from "../door/visit.ts";

/** A user, and the user's rights in a folder. */
export interface SessionFacts {
  readonly user: string;
  readonly anonymous: boolean;
  /** Whether passwords are accepted on this connection. */
  readonly canLogIn: boolean;
  /** Whether the user may write to the folder. */
  readonly canWrite: boolean;
  /** Whether the user operates the server. */
  readonly admin: boolean;
  /** Whether the server keeps what is removed. */
  readonly keepsVersions: boolean;
}

/** Returns the facts. @param path The folder. */
export function sessionFacts(
  login: Login,
  { canLogIn }: Pick<Visit, "canLogIn">,
  path: string,
): SessionFacts {
  const { user } = login;
  const anonymous = user === "anonymous";
  return {
    ...{ user, anonymous, canLogIn, canWrite: canWrite(login, path), admin: login.isAdmin() },
    keepsVersions: login.versions?.keeps === true,
  };
}

function canWrite(login: Login, path: string): boolean {
  try {
    login.requireWrite(path);
    return true;
  } catch (error) {
    if (hasCode(error, "not_allowed")) return false;
    throw error;
  }
}
