/**
 * The conformance suite for `Files`: the service itself and clients over a connection. A new
 * implementation needs a function that opens it.
 *
 * @module
 */

import { ACCESS_RULES } from "./access_rules.ts";
import type { OpenFiles } from "./files_rules.ts";
import { READING_RULES } from "./reading_rules.ts";
import { ROOT_RULES } from "./root_rules.ts";
import { TREE_RULES } from "./tree_rules.ts";
import type { Skip } from "../../testing/skip.ts";
import { WRITING_RULES } from "./writing_rules.ts";

/**
 * Registers the suite.
 *
 * @param except Parts of the names of rules that an implementation does not have. @default none
 * @param skip What the tests need. @default nothing
 * @throws {Error} If one of them names no rule.
 */
export function filesConformance(
  name: string,
  open: OpenFiles,
  except: readonly string[] = [],
  skip: Partial<Skip> = {},
): void {
  const rules = {
    ...READING_RULES,
    ...WRITING_RULES,
    ...TREE_RULES,
    ...ROOT_RULES,
    ...ACCESS_RULES,
  };
  const unknown = except.find((part) => !Object.keys(rules).some((rule) => rule.includes(part)));
  if (unknown !== undefined) throw new Error(`no rule is about ${unknown}`);
  for (const [rule, check] of Object.entries(rules)) {
    if (except.some((part) => rule.includes(part))) continue;
    Deno.test(
      `${name} ${rule}`,
      skip,
      () => check((options) => open({ anonymous: "write", content: {}, ...options })),
    );
  }
}
