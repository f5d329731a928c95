/**
 * Users: name, role and password.
 *
 * @module
 */

import type { DatabaseSync } from "node:sqlite";
import { FtError, notFound } from "../base/errors.ts";
import { MAX_PASSWORD_CHARS } from "../base/limits.ts";
import { foldCase } from "../base/fold_case.ts";
import {
  type CaselessSkeletons,
  caselessSkeletons,
  looksLike,
  mixesScripts,
  skeletonOf,
  visibleForm,
} from "../base/lookalikes.ts";
import { endTokens } from "./ended_tokens.ts";
import { hashPassword, isPassword } from "./passwords.ts";
import { ANONYMOUS, EVERYBODY, type Role, type Subject } from "./policy.ts";

/** The form of a user name. A name is never part of a path. */
const NAME = /^[\p{L}\p{N}][\p{L}\p{N}._@-]{0,63}$/u;
const TAKEN = [ANONYMOUS, EVERYBODY, "server"];

/**
 * Checks a user name.
 *
 * @throws `usage` for an invalid name, and for one that is reserved or looks like one that is.
 */
export function requireUserName(name: string): void {
  const taken = TAKEN.find((other) => looksLike(name, other));
  if (taken !== undefined && taken !== foldCase(name)) {
    throw invalid(name, `looks like ${taken}`);
  }
  const normal = visibleForm(name);
  if (normal !== name && NAME.test(normal)) throw invalid(name, `not its normal form, ${normal}`);
  const valid = NAME.test(name) && normal === name;
  if (!valid || taken !== undefined) throw invalid(name, "letters, digits, . _ @ -, at most 64");
  if (mixesScripts(name)) throw invalid(name, "it mixes scripts");
}

function invalid(name: string, why: string): FtError {
  return new FtError("usage", `invalid user name: ${name} (${why})`);
}

/** A user who has logged in with a password. */
export interface ProvenUser extends Subject {
  /** The stored hash of the password, which differs for each new password. */
  readonly secret: string;
}

/** The users of a server. */
export class Users {
  readonly #database: DatabaseSync;
  /** Skeletons of the names of users, which take longer to make than to compare. */
  readonly #skeletons = new Map<string, CaselessSkeletons>();

  /** @param database See `openAuthDatabase`; the caller closes it. */
  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /**
   * Checks that a user of this name can be added.
   *
   * @throws `usage` for an invalid name, `conflict` if it, or one that looks like it, is taken.
   */
  requireFree(name: string): void {
    requireUserName(name);
    this.#requireDistinct(name);
  }

  /** Adds a user. @throws `usage`, `conflict` if the name, or one that looks like it, is taken. */
  async add(name: string, role: Role, password: string): Promise<void> {
    this.requireFree(name);
    const secret = await hashPassword(required(password));
    const { changes } = this.#database
      .prepare("INSERT OR IGNORE INTO users (name, role, secret) VALUES (?, ?, ?)")
      .run(name, role, secret);
    if (changes === 0) throw alreadyExists(name);
  }

  /** Changes the password of a user. @throws `not_found`. */
  async setPassword(name: string, password: string): Promise<void> {
    this.require(name);
    const secret = await hashPassword(required(password));
    this.#database.prepare("UPDATE users SET secret = ? WHERE name = ?").run(secret, name);
  }

  /** Changes the role of a user. @throws `not_found`. */
  setRole(name: string, role: Role): void {
    this.require(name);
    this.#database.prepare("UPDATE users SET role = ? WHERE name = ?").run(role, name);
  }

  /** Removes a user with the tokens and rules for this name. @throws `not_found`. */
  remove(name: string): void {
    this.require(name);
    endTokens(this.#database, "revoked", "owner = ?", name);
    this.#database.prepare("DELETE FROM rules WHERE subject = ?").run(name);
    this.#database.prepare("DELETE FROM users WHERE name = ?").run(name);
  }

  /** Returns all users, ordered by name. */
  list(): readonly Subject[] {
    return this.#database.prepare("SELECT name, role FROM users ORDER BY name").all()
      .map(({ name, role }) => ({ name: String(name), role: role as Role }));
  }

  /** Returns a user, if there is one with this name. */
  find(name: string): Subject | undefined {
    return this.list().find((user) => user.name === name);
  }

  /** Checks that there is a user with this name. @throws `not_found`. */
  require(name: string): void {
    if (this.find(name) === undefined) throw notFound(name);
  }

  /**
   * Verifies a password.
   *
   * @returns The user; `undefined` for a wrong password and, after the same time, an unknown name.
   */
  async verify(name: string, password: string): Promise<ProvenUser | undefined> {
    const row = this.#database.prepare("SELECT role, secret FROM users WHERE name = ?").get(name);
    const secret = row === undefined ? undefined : String(row.secret);
    const right = await isPassword(password, secret);
    return right ? { name, role: row!.role as Role, secret: secret! } : undefined;
  }

  /** Returns the current user; `undefined` if it was removed or has a new password. */
  renew({ name, secret }: ProvenUser): ProvenUser | undefined {
    const row = this.#database.prepare("SELECT role FROM users WHERE name = ? AND secret = ?")
      .get(name, secret);
    return row && { name, role: row.role as Role, secret };
  }

  /** Whether a name is that of a user other than `own`, or looks like it in any case. */
  isOthers(name: string, own: string): boolean {
    const wanted = caselessSkeletons(name);
    const same = this.list().filter((user) =>
      this.#skeletonsOf(user.name).some((skeleton, i) => skeleton === wanted[i])
    );
    return same.length > 0 && !same.some((user) => user.name === own);
  }

  #skeletonsOf(name: string): CaselessSkeletons {
    const known = this.#skeletons.get(name) ?? caselessSkeletons(name);
    this.#skeletons.set(name, known);
    return known;
  }

  #requireDistinct(name: string): void {
    const skeleton = skeletonOf(name);
    for (const { name: other } of this.list()) {
      if (foldCase(other) === foldCase(name)) throw alreadyExists(other);
      if (skeletonOf(other) !== skeleton) continue;
      throw new FtError("conflict", `${name} looks like the user ${other}`, { name });
    }
  }
}

function alreadyExists(name: string): FtError {
  return new FtError("conflict", `already exists: ${name}`, { name });
}

/** @throws `usage` for a password that no login can send. */
function required(password: string): string {
  if (password === "") throw new FtError("usage", "the password is empty");
  if (password.length <= MAX_PASSWORD_CHARS) return password;
  const sent = `a login sends at most ${MAX_PASSWORD_CHARS}`;
  throw new FtError("usage", `the password has ${password.length} characters, but ${sent}`);
}
