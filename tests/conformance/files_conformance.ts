/**
 * What every `Files` must do, be it the service itself or a client of it far away. A new one is
 * a function that opens it.
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
  /** The same service as somebody else sees it. */
  readonly stranger: Files;
}

/** How a service begins. */
export interface FilesOptions {
  readonly anonymous: AnonymousAccess;
  /** What it serves: content by path, put there without the service knowing. */
  readonly content: Readonly<Record<string, Uint8Array>>;
}

/** Opens a service. */
export type OpenFiles = (options: FilesOptions) => Promise<FilesFixture>;

/** What must hold, by name. */
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
