/**
 * The shape of the rules that {@linkcode filesConformance} checks.
 *
 * @module
 */

import type { AnonymousAccess } from "../../lib/auth/permission.ts";
import type { Files } from "../../lib/service/files.ts";

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
