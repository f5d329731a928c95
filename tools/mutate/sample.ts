/**
 * A repeatable random sample of mutations.
 *
 * @module
 */

import type { Random } from "../../testing/random.ts";
import { KINDS } from "./edit.ts";
import type { Mutation } from "./mutations.ts";

/**
 * Yields one mutation for each line that has any, in random order. Lines are equally likely; among
 * the mutations of one line the weight of the kind decides.
 */
export function* sample(mutations: readonly Mutation[], random: Random): Generator<Mutation> {
  const lines = [
    ...Map.groupBy(mutations, ({ file, line }) => `${file}:${line}`).values(),
  ];
  for (let left = lines.length; left > 0; left--) {
    const at = random.below(left);
    yield pickWeighted(lines[at]!, random);
    lines[at] = lines[left - 1]!;
  }
}

function pickWeighted(mutations: readonly Mutation[], random: Random): Mutation {
  const total = mutations.reduce((sum, { kind }) => sum + KINDS[kind], 0);
  let left = random.next() * total;
  for (const mutation of mutations) {
    left -= KINDS[mutation.kind];
    if (left < 0) return mutation;
  }
  return mutations.at(-1)!;
}
