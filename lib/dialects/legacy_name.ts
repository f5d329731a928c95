/**
 * Names that a legacy client can handle.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import { hasUnsafeName } from "../base/text.ts";

/**
 * Checks a name in a legacy dialect. Its clients print names as they are and take a backslash for a
 * separator on some systems, and its framing may end at a line end.
 *
 * @throws `not_allowed` for a backslash or a control character.
 */
export function requireLegacyName(name: string): void {
  if (!hasUnsafeName(name)) return;
  const why = "it has a backslash or a control character";
  throw new FtError("not_allowed", `path not allowed (${why}): ${name.slice(0, 300)}`, { name });
}
