/**
 * The reason for a refused request, as text that a legacy client can show.
 *
 * @module
 */

import { asFtError } from "../base/os_errors.ts";
import { escapeControls } from "../base/text.ts";
import type { Session } from "./dialect.ts";

/**
 * Logs a refusal and returns its reason as one line. The log of the file service has it, too.
 *
 * @param missing The dialect's own text for a missing file.
 * @throws The reason of the session's signal if the connection is lost.
 */
export function refusal(
  { log, signal }: Session,
  request: string,
  thrown: unknown,
  missing?: string,
): string {
  signal.throwIfAborted();
  const { code, message } = asFtError(thrown);
  log[code === "internal" ? "error" : "debug"]("request.failed", { op: request, code, message });
  if (code === "not_found" && missing !== undefined) return missing;
  return code === "internal" ? "internal error" : escapeControls(message);
}
