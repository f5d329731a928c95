/**
 * The properties that each part of the page has.
 *
 * @module
 */

import type { Browser } from "./browser.ts";
import type { State } from "./state.ts";

/** A part of the page: what it shows, and the commands that it gives. */
export interface Part {
  readonly browser: Browser;
  readonly state: State;
}
