/**
 * Errors of the bus as errors of ours.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";

/** JetStream's code for a value that has another revision than expected. */
export const WRONG_REVISION = 10071;
/** Its code for a stream that exists with another configuration. */
export const SUBJECT_OVERLAP = 10058;
const NOT_ENABLED = [10039, 10076];

/** The code of an error of JetStream; `undefined` for another error. */
export function busErrorCode(error: unknown): number | undefined {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === "number" ? code : undefined;
}

/** Turns an error of the library into one of ours. */
export function asBusError(error: unknown): FtError {
  if (error instanceof FtError) return error;
  const [name, text] = error instanceof Error ? [error.name, error.message] : ["", String(error)];
  if (name === "AuthorizationError" || name === "UserAuthenticationExpiredError") {
    return new FtError("not_allowed", "the cluster's NATS refuses this login", { cause: error });
  }
  if (NOT_ENABLED.includes(busErrorCode(error) ?? 0) || name === "NoRespondersError") {
    const message = "the cluster's NATS has no JetStream now (is it enabled?)";
    return new FtError("network", message, { cause: error });
  }
  return new FtError("network", `the cluster's NATS does not answer: ${text}`, { cause: error });
}
