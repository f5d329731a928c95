/**
 * Mutations that were read and found to change no behaviour, so that they do not count.
 *
 * @module
 */

import type { Mutation } from "./mutations.ts";
import list from "./equivalent.json" with { type: "json" };

/** One reviewed mutation; line numbers change, texts rarely do. */
export interface Equivalent extends Pick<Mutation, "file" | "original" | "mutated"> {
  /** Why no test can notice it. */
  readonly why: string;
}

const EQUIVALENTS: readonly Equivalent[] = list;

/** Returns why a mutation changes nothing, or `undefined` when that is not known. */
export function whyEquivalent(
  { file, original, mutated }: Mutation,
  known: readonly Equivalent[] = EQUIVALENTS,
): string | undefined {
  return known.find((one) =>
    one.file === file && one.original === original && one.mutated === mutated
  )?.why;
}
