/**
 * Reports errors: one line for each, and the exit code.
 *
 * @module
 */

import { TargetExists } from "../../client/remote/target_exists.ts";
import { FtError } from "../../base/errors.ts";
import { asFtError } from "../../base/os_errors.ts";
import { type Output, paint } from "./output.ts";

/** The ways past a file that exists with other content. */
export const EXISTING_CHOICES = "--overwrite replaces it, --rename keeps both";

/** An error's line, without the program's name. */
export function errorText(error: FtError): string {
  if (error.code === "internal") return `unexpected error: ${error.message}`;
  const choices = error instanceof TargetExists ? ` (${EXISTING_CHOICES})` : "";
  return `${error.message}${choices}`;
}

/**
 * Prints an error, after the errors of its parts: one line on stderr, an object on stdout as well
 * with `--json`, and the stack of each cause with `--verbose`.
 *
 * @returns The exit code.
 */
export function reportError(program: string, thrown: unknown, out: Output): number {
  const error = asFtError(thrown);
  for (const part of error.parts) reportError(program, part, out);
  if (out.json) {
    out.object({ error: error.code, message: error.message, name: error.subject });
  }
  out.error(`${program}: `, paint("red", errorText(error)));
  for (const line of causes(error)) out.detail(`  ${line}`);
  return error.exitCode;
}

function causes(error: Error): string[] {
  const lines: string[] = [];
  let at: unknown = error;
  for (let depth = 0; at instanceof Error && depth < 8; depth++, at = at.cause) {
    lines.push(...(at.stack ?? String(at)).split("\n").map((line) => line.trim()));
  }
  return lines;
}
