/**
 * The stored access rules.
 *
 * @module
 */

import type { DatabaseSync } from "node:sqlite";
import { notFound } from "../base/errors.ts";
import type { Action } from "./permission.ts";
import type { Rule } from "./policy.ts";

/** The rules of a server. */
export class Rules {
  readonly #database: DatabaseSync;

  /** @param database See `openAuthDatabase`; the caller closes it. */
  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** Adds a rule. @returns The rule with its number. */
  add(rule: Omit<Rule, "id">): Rule {
    const { subject, effect, actions, path, bytes } = rule;
    const { lastInsertRowid } = this.#database
      .prepare("INSERT INTO rules (subject, effect, actions, path, bytes) VALUES (?, ?, ?, ?, ?)")
      .run(subject, effect, actions.join(","), path, bytes ?? null);
    return { ...rule, id: Number(lastInsertRowid) };
  }

  /** Returns all rules, ordered by number. */
  list(): readonly Rule[] {
    return this.#database.prepare("SELECT * FROM rules ORDER BY id").all().map((row) => ({
      id: Number(row.id),
      subject: String(row.subject),
      effect: row.effect as Rule["effect"],
      actions: String(row.actions).split(",").filter((action) => action !== "") as Action[],
      path: String(row.path),
      bytes: row.bytes === null ? undefined : Number(row.bytes),
    }));
  }

  /** Removes a rule. @throws `not_found`. */
  remove(id: number): void {
    const { changes } = this.#database.prepare("DELETE FROM rules WHERE id = ?").run(id);
    if (changes === 0) throw notFound(`rule ${id}`);
  }
}
