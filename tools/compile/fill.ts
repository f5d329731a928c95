/**
 * Templates with words such as `@VERSION@`.
 *
 * @module
 */

/**
 * Fills a template in.
 *
 * @throws {Error} For a word without a value.
 *
 * @example
 * ```ts
 * import { fill } from "./fill.ts";
 *
 * const text = fill("@A@ is @B:c@, and a@b.c is left", (word) => word === "A" ? "1" : "2");
 * if (text !== "1 is 2, and a@b.c is left") throw new Error(text);
 * ```
 */
export function fill(template: string, valueOf: (word: string) => string | undefined): string {
  return template.replaceAll(/@([A-Z][\w:.-]*)@/g, (_, word) => {
    const value = valueOf(word);
    if (value === undefined) throw new Error(`The template has an unknown word: ${word}`);
    return value;
  });
}
