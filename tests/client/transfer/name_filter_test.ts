import { assertEquals } from "@std/assert";
import { nameFilter } from "../../../lib/client/transfer/name_filter.ts";

const permissions = "none";
const PATHS = ["a.txt", "b.log", "docs/a.txt", "docs/deep/c.log", "vendor/docs/d.txt", ".x/e.txt"];

function taken(include: string[], exclude: string[]): string[] {
  return PATHS.filter(nameFilter(include, exclude));
}

Deno.test({
  name: "nameFilter takes everything where nothing is asked",
  permissions,
  fn: () => assertEquals(taken([], []), PATHS),
});

Deno.test({
  name: "nameFilter compares a glob without a slash with every name on the path",
  permissions,
  fn() {
    assertEquals(taken(["*.log"], []), ["b.log", "docs/deep/c.log"]);
    assertEquals(taken([], ["docs"]), ["a.txt", "b.log", ".x/e.txt"]);
    assertEquals(taken(["docs/"], []), ["docs/a.txt", "docs/deep/c.log", "vendor/docs/d.txt"]);
  },
});

Deno.test({
  name: "nameFilter compares a glob with a slash with the path, and folders on the way",
  permissions,
  fn() {
    assertEquals(taken(["docs/*.txt"], []), ["docs/a.txt"]);
    assertEquals(taken(["/docs/**"], []), ["docs/a.txt", "docs/deep/c.log"]);
    assertEquals(taken([], ["docs/deep"]), PATHS.filter((path) => path !== "docs/deep/c.log"));
    assertEquals(taken(["**/docs/*"], []).includes("vendor/docs/d.txt"), true);
    assertEquals(taken(["./docs/a.txt"], []), ["docs/a.txt"]);
  },
});

Deno.test({
  name: "nameFilter leaves out what is both wanted and not",
  permissions,
  fn: () => assertEquals(taken(["*.txt"], ["vendor", ".x"]), ["a.txt", "docs/a.txt"]),
});

Deno.test({
  name: "nameFilter knows classes, choices and single letters",
  permissions,
  fn: () => assertEquals(taken(["[ab].{txt,log}"], ["?.log"]), ["a.txt", "docs/a.txt"]),
});

Deno.test({
  name: "nameFilter knows which globs have matched nothing, also beside others that match",
  permissions,
  fn() {
    const takes = nameFilter(["*.txt", "*.pdf", "a.*"], ["vendor", "docs", "deep", "tmp"]);
    assertEquals(takes.unmatched("include"), ["*.txt", "*.pdf", "a.*"]);
    assertEquals(PATHS.filter(takes), ["a.txt", ".x/e.txt"]);
    assertEquals([takes.unmatched("include"), takes.unmatched("exclude")], [["*.pdf"], ["tmp"]]);
    // A glob that only excluded files match has matched.
    const none = nameFilter(["*.log"], ["*.log"]);
    assertEquals(PATHS.filter(none), []);
    assertEquals([none.unmatched("include"), none.unmatched("exclude")], [[], []]);
  },
});
