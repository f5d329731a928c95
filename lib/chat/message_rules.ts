/**
 * Rules for messages.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import { MAX_MESSAGE_BYTES } from "../base/limits.ts";
import { isLongerThan } from "../base/text.ts";

/**
 * Checks a message.
 *
 * @throws `limit` if it is too long, `usage` if it is not valid Unicode.
 */
export function checkText(text: string): void {
  if (isLongerThan(text, MAX_MESSAGE_BYTES)) {
    throw new FtError("limit", `a message is longer than ${MAX_MESSAGE_BYTES} bytes`);
  }
  if (!text.isWellFormed()) throw new FtError("usage", "a message is not valid Unicode");
}
