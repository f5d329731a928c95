/**
 * The refusal to replace a file.
 *
 * @module
 */

import { FtError } from "../../base/errors.ts";

/** The error for a target that exists with other content, where nobody chose what to do with it. */
export class TargetExists extends FtError {
  /** @param target Its path, or its name on the server. */
  constructor(target: string, cause?: unknown) {
    super("conflict", `already exists: ${target}`, { name: target, cause });
  }
}
