/**
 * The content of the first view, which the server puts into the page.
 *
 * @module
 */

import type { Session } from "./api.ts";
import type { Entry } from "./entry.ts";

/** A folder with all its entries. */
export interface FirstView {
  readonly entries: readonly Entry[];
  readonly session: Session;
}

/**
 * Parses it.
 *
 * @param text The text of its element. @default the page has none, as that of a large folder
 */
export function parseFirstView(text: string | undefined): FirstView | undefined {
  return text === undefined ? undefined : JSON.parse(text);
}
