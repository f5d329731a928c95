/**
 * Why no server of a cluster could be reached.
 *
 * @module
 */

import { FtError } from "../../base/errors.ts";

/** Every server failed in a way that a retry may mend. */
export class ClusterError extends FtError {
  /** The error of each server, in the order in which they were tried. */
  readonly errors: readonly FtError[];

  /**
   * Creates the error. Its code is that of the first server which answered at all, if one did.
   *
   * @param errors At least one.
   */
  constructor(errors: readonly FtError[]) {
    const answered = errors.find(({ code }) => code !== "network") ?? errors[0]!;
    const waits = errors.flatMap(({ retryAfterMs }) => retryAfterMs ?? []);
    const reasons = errors.map(({ message }) => message).join("; ");
    super(answered.code, `none of ${errors.length} servers can be used: ${reasons}`, {
      cause: answered,
      retryable: true,
      ...(waits.length === errors.length ? { retryAfterMs: Math.min(...waits) } : {}),
    });
    this.errors = errors;
  }
}
