/**
 * What is printed about decided mutations.
 */

import { assertEquals } from "@std/assert";
import { pure } from "../../../testing/pure.ts";
import { whyEquivalent } from "../../../tools/mutate/equivalents.ts";
import type { Decided, Verdict } from "../../../tools/mutate/judge.ts";
import { findMutations } from "../../../tools/mutate/mutations.ts";
import { renderLine, renderSummary } from "../../../tools/mutate/report.ts";

const [MUTATION] = findMutations("lib/a.ts", "a = b < c;").slice(1);

function decided(verdict: Verdict, by = ""): Decided {
  return { mutation: MUTATION!, verdict, by };
}

pure("renderLine names the place, both texts and the test", () => {
  assertEquals(
    renderLine(decided("caught", "tests/a_test.ts: a works")),
    "caught         lib/a.ts:1  a = b < c;  ->  a = b <= c;  [tests/a_test.ts: a works]",
  );
});

pure("renderSummary lists survivors and leaves equivalent mutations out of the share", () => {
  const all = (["caught", "caught", "caught (hang)", "survived", "equivalent"] as const)
    .map((verdict) => decided(verdict));
  assertEquals(renderSummary(all), [
    "Survivors:",
    "lib/a.ts:1: change a comparison",
    "  - a = b < c;",
    "  + a = b <= c;",
    "",
    "caught                                    2",
    "caught (hang)                             1",
    "survived                                  1",
    "equivalent                                1",
    "caught of those that change behaviour  75 %",
  ]);
});

pure("whyEquivalent matches the file and both texts, wherever the line moved", () => {
  const { file, original, mutated } = MUTATION!;
  const known = [{ file, original, mutated, why: "c is never b" }];
  assertEquals(whyEquivalent({ ...MUTATION!, line: 9 }, known), "c is never b");
  assertEquals(whyEquivalent({ ...MUTATION!, file: "lib/b.ts" }, known), undefined);
});
