/**
 * Parses the arguments of the commands for users, tokens and rules.
 *
 * @module
 */

import { type Action, ACTIONS } from "../../auth/permission.ts";
import { ANONYMOUS, EVERYBODY, type Role, ROLES, type Subject } from "../../auth/policy.ts";
import type { Users } from "../../auth/users.ts";
import { FtError } from "../../base/errors.ts";
import { didYouMean } from "../program/nearest.ts";

function oneOf<T extends string>(word: string, words: readonly T[], kind: string): T {
  const found = words.find((candidate) => candidate === word);
  if (found !== undefined) return found;
  const expected = `expected one of ${words.join(", ")}`;
  throw new FtError("usage", `${kind}: ${expected}, got "${word}"${didYouMean(word, words)}`);
}

/** @throws `usage` for a word that is not a role. */
export function parseRole(word: string): Role {
  return oneOf(word, ROLES, "role");
}

/** @throws `usage` for a word that is not an action. */
export function parseAction(word: string): Action {
  return oneOf(word, ACTIONS, "action");
}

/** @throws `not_found` unless the name is a user's, or stands for anonymous or all users. */
export function requireSubject(users: Users, name: string): void {
  if (name !== ANONYMOUS && name !== EVERYBODY) requireUser(users, name);
}

/** Finds a user. @throws `not_found`. */
export function requireUser(users: Users, name: string): Subject {
  const found = users.find(name);
  if (found !== undefined) return found;
  const hint = didYouMean(name, users.list().map((user) => user.name));
  throw new FtError("not_found", `no such user: ${name}${hint}`, { name });
}
