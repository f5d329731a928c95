/**
 * Parses the arguments of the commands for users, tokens and rules.
 *
 * @module
 */

import { type Action, ACTIONS } from "../../auth/permission.ts";
import { ANONYMOUS, EVERYBODY, type Role, ROLES } from "../../auth/policy.ts";
import type { Users } from "../../auth/users.ts";
import { FtError } from "../../base/errors.ts";
import { storePath } from "../../storage/store_path.ts";
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

/** Parses a path as rules store it. @throws `not_allowed` for one that leaves the root. */
export function parseRulePath(text: string): string {
  return text === "/" ? "." : storePath(text.replace(/^\/+/, ""));
}

/** @throws `not_found` unless the name is a user's, or stands for anonymous or all users. */
export function requireSubject(users: Users, name: string): void {
  if (name === ANONYMOUS || name === EVERYBODY || users.find(name) !== undefined) return;
  throw new FtError("not_found", `no such user: ${name}`, { name });
}
