/**
 * The conformance suite for `Files`: the service itself and clients over a connection. A new
 * implementation needs a function that opens it.
 *
 * @module
 */

import type { AnonymousAccess } from "../../lib/auth/permission.ts";
import type { Files } from "../../lib/service/files.ts";
import { ACCESS_RULES } from "./access_rules.ts";
import { READING_RULES } from "./reading_rules.ts";
import { TREE_RULES } from "./tree_rules.ts";
import { WRITING_RULES } from "./writing_rules.ts";

/** A file service under test. */
export interface FilesFixture extends AsyncDisposable {
  readonly files: Files;
  /** The same service for another user. */
  readonly stranger: Files;
}

/** The initial state of a service. */
export interface FilesOptions {
  readonly anonymous: AnonymousAccess;
  /** Files by path, created without using the service. */
  readonly content: Readonly<Record<string, Uint8Array>>;
}

/** Opens a service. */
export type OpenFiles = (options: FilesOptions) => Promise<FilesFixture>;

/** Rules by name. */
export type FilesRules = Record<
  string,
  (open: (options?: Partial<FilesOptions>) => Promise<FilesFixture>) => Promise<void>
>;

/** Registers the suite. */
export function filesConformance(name: string, open: OpenFiles): void {
  const rules = { ...READING_RULES, ...WRITING_RULES, ...TREE_RULES, ...ACCESS_RULES };
  for (const [rule, check] of Object.entries(rules)) {
    Deno.test(`${name} ${rule}`, () =>
      check((options) => open({ anonymous: "write", content: {}, ...options })));
  }
}
