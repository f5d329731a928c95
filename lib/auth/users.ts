/**
 * Users: a name, a role, a password.
 *
 * @module
 */

import type { DatabaseSync } from "node:sqlite";
import { FtError, notFound } from "../base/errors.ts";
import { hashPassword, isPassword } from "./passwords.ts";
import { ANONYMOUS, EVERYBODY, type Role, type Subject } from "./policy.ts";

/** The characters of a user's name. It is never part of a path. */
const NAME = /^[\p{L}\p{N}][\p{L}\p{N}._@-]{0,63}$/u;
const TAKEN = [ANONYMOUS, EVERYBODY, "server"];

/**
 * Checks a name.
 *
 * @throws `usage`.
 */
export function requireUserName(name: string): void {
  if (NAME.test(name) && !TAKEN.includes(name.toLowerCase())) return;
  throw new FtError("usage", `not a user's name: ${name} (letters, digits, . _ @ -, at most 64)`);
}

/** A user who gave the right password. */
export interface ProvenUser extends Subject {
  /** What the password is kept as: another one with each new password. */
  readonly secret: string;
}

/** The users of a server. */
export class Users {
  readonly #database: DatabaseSync;

  /** @param database See `openAuthDatabase`; it stays its opener's. */
  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** Adds a user. @throws `usage`, `conflict` when the name is taken. */
  async add(name: string, role: Role, password: string): Promise<void> {
    requireUserName(name);
    const secret = await hashPassword(required(password));
    const { changes } = this.#database
      .prepare("INSERT OR IGNORE INTO users (name, role, secret) VALUES (?, ?, ?)")
      .run(name, role, secret);
    if (changes === 0) throw new FtError("conflict", `already exists: ${name}`, { name });
  }

  /** Gives a user another password. @throws `not_found`. */
  async setPassword(name: string, password: string): Promise<void> {
    this.#require(name);
    const secret = await hashPassword(required(password));
    this.#database.prepare("UPDATE users SET secret = ? WHERE name = ?").run(secret, name);
  }

  /** Gives a user another role. @throws `not_found`. */
  setRole(name: string, role: Role): void {
    this.#require(name);
    this.#database.prepare("UPDATE users SET role = ? WHERE name = ?").run(role, name);
  }

  /** Removes a user, with the tokens and rules of that name. @throws `not_found`. */
  remove(name: string): void {
    this.#require(name);
    this.#database.prepare("DELETE FROM tokens WHERE owner = ?").run(name);
    this.#database.prepare("DELETE FROM rules WHERE subject = ?").run(name);
    this.#database.prepare("DELETE FROM users WHERE name = ?").run(name);
  }

  /** Every user, by name. */
  list(): readonly Subject[] {
    return this.#database.prepare("SELECT name, role FROM users ORDER BY name").all()
      .map(({ name, role }) => ({ name: String(name), role: role as Role }));
  }

  /** One user. */
  find(name: string): Subject | undefined {
    return this.list().find((user) => user.name === name);
  }

  /**
   * The user with this password; `undefined` for a wrong one and, after the same time, for a name
   * that nobody has.
   */
  async verify(name: string, password: string): Promise<ProvenUser | undefined> {
    const row = this.#database.prepare("SELECT role, secret FROM users WHERE name = ?").get(name);
    const secret = row === undefined ? undefined : String(row.secret);
    const right = await isPassword(password, secret);
    return right ? { name, role: row!.role as Role, secret: secret! } : undefined;
  }

  /** A user as it is now; `undefined` when it is gone, or has had another password since. */
  renew({ name, secret }: ProvenUser): ProvenUser | undefined {
    const row = this.#database.prepare("SELECT role FROM users WHERE name = ? AND secret = ?")
      .get(name, secret);
    return row && { name, role: row.role as Role, secret };
  }

  /** Whether a name is that of a user other than `own`, in whatever letters it is written. */
  isOthers(name: string, own: string): boolean {
    const same = this.list().filter((user) => folded(user.name) === folded(name));
    return same.length > 0 && !same.some((user) => user.name === own);
  }

  #require(name: string): void {
    if (this.find(name) === undefined) throw notFound(name);
  }
}

function folded(name: string): string {
  return name.normalize("NFC").toLowerCase();
}

function required(password: string): string {
  if (password !== "") return password;
  throw new FtError("usage", "the password is empty");
}
