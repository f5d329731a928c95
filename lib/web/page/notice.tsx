/**
 * The last thing that happened, with the way back.
 *
 * @module
 */

import type { JSX } from "preact";
import type { Part } from "./part.ts";
import { text } from "./text.ts";

/** The notice. */
export function Notice({ browser, state: { notice, undo } }: Part): JSX.Element {
  return (
    <p class="notice" role="status" aria-live="polite">
      {notice}
      {undo && (
        <button type="button" class="undo" onClick={() => void browser.undo()}>{text.undo}</button>
      )}
    </p>
  );
}
