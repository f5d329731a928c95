/**
 * Questions that a key answers.
 *
 * @module
 */

import { FtError } from "../../base/errors.ts";
import { raceSignal } from "../../base/signals.ts";
import type { SecretTerminal } from "./secrets.ts";

/**
 * Asks a question on a terminal. Only `y` agrees.
 *
 * @throws `interrupted` at ^C; the signal's reason.
 */
export async function askYesNo(
  question: string,
  { input, print }: SecretTerminal,
  signal: AbortSignal,
): Promise<boolean> {
  input.setRaw(true);
  let agreed = false;
  try {
    print(`${question} [y/N] `);
    const bytes = await raceSignal(input.read(), signal);
    const [key] = new TextDecoder().decode(bytes ?? undefined);
    if (key === "\x03") throw new FtError("interrupted", "interrupted");
    agreed = key === "y" || key === "Y";
  } finally {
    input.setRaw(false);
    print(agreed ? "yes\n" : "\n");
  }
  return agreed;
}
