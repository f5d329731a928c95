/**
 * The sample of mutations.
 */

import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { pure } from "../../../testing/pure.ts";
import { Random } from "../../../testing/random.ts";
import { findMutations } from "../../../tools/mutate/mutations.ts";
import { sample } from "../../../tools/mutate/sample.ts";

const TEXT = Array.from({ length: 40 }, (_, i) => `if (a${i} < ${i}) b${i}("c");`).join("\n");
const MUTATIONS = findMutations("a.ts", TEXT);

const drawn = (seed: number) => [...sample(MUTATIONS, new Random(seed))];

pure("sample yields the same mutations for the same seed, and others for another", () => {
  assertEquals(drawn(1), drawn(1));
  assertNotEquals(drawn(1), drawn(2));
});

pure("sample takes each line once, in no order", () => {
  const lines = drawn(1).map(({ line }) => line);
  const sorted = lines.toSorted((a, b) => a - b);
  assertEquals(sorted, Array.from({ length: 40 }, (_, i) => i + 1));
  assertNotEquals(lines, sorted);
});

pure("sample draws kinds with a small weight rarely, but draws them", () => {
  const kinds = Array.from({ length: 20 }, (_, seed) => drawn(seed)).flat().map(({ kind }) => kind);
  const share = kinds.filter((kind) => kind === "empty a string").length / kinds.length;
  assert(share > 0 && share < 0.1, `${share}`);
});
