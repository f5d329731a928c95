/**
 * Why a request was refused, in words an older peer can show.
 *
 * @module
 */

import { asFtError } from "../base/os_errors.ts";
import { escapeControls } from "../base/text.ts";
import type { Session } from "./dialect.ts";

/**
 * Logs a refusal and words it. What files refuse is told by the file service too.
 *
 * @param missing What the dialect says when there is no such file.
 * @returns One line.
 * @throws The error itself when the connection is lost: there is nobody to tell.
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
