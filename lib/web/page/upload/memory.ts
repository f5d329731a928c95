/**
 * Remembers uploads when the page is closed or loaded again.
 *
 * @module
 */

import type { Item } from "./item.ts";

/** An upload, and its file if that was kept. */
export type Remembered = readonly [item: Item, file: File | undefined];

/** A memory of uploads. It is a help: where it fails, the user chooses the files again. */
export interface Memory {
  /** Remembers uploads; their files as far as there is room. */
  add(items: readonly Remembered[]): void;
  /** Notes a change of an upload. */
  change(item: Item): void;
  /** Forgets an upload. */
  remove(id: string): void;
}
