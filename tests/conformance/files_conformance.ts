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
import { WRITING_RULES } from "./writing_rules.ts";

/** Registers the suite. */
export function filesConformance(name: string, open: OpenFiles): void {
  const rules = {
    ...READING_RULES,
    ...WRITING_RULES,
    ...TREE_RULES,
    ...ROOT_RULES,
    ...ACCESS_RULES,
  };
  for (const [rule, check] of Object.entries(rules)) {
    Deno.test(`${name} ${rule}`, () =>
      check((options) => open({ anonymous: "write", content: {}, ...options })));
  }
}
