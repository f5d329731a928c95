import { assertEquals } from "@std/assert";
import { foldedNames } from "../../../../lib/client/transfer/mirror/folded_names.ts";
import { unwanted } from "../../../../lib/client/transfer/mirror/unwanted.ts";

const permissions = "none";

Deno.test({
  name: "unwanted has the contents of a folder before it, and no folder with something that stays",
  permissions,
  fn() {
    const listed = ["a", "a/b", "a/b/c", "a/d", "e", "e/f", "g"];
    const wanted = (...names: string[]) => ({ isWanted: (path: string) => names.includes(path) });
    assertEquals(unwanted(listed, wanted()), listed.toReversed());
    assertEquals(unwanted(listed, wanted("a/b/c")), ["g", "e/f", "e", "a/d"]);
    assertEquals(unwanted(listed, { ...wanted("g"), hidden: ["e/link"] }), [
      ...["e/f", "a/d", "a/b/c", "a/b", "a"],
    ]);
    assertEquals(unwanted(listed, wanted("a", "e")), ["g", "e/f", "a/d", "a/b/c", "a/b"]);
  },
});

Deno.test({
  name: "foldedNames finds names that differ from a kept one only in case or composition",
  permissions,
  fn() {
    const kept = ["Straße", "caf\u00e9", "d/A", "same"];
    const found = foldedNames(["d/a", "cafe\u0301", "d/b", "straße"], kept);
    assertEquals([...found].sort(), [
      ...[["cafe\u0301", "caf\u00e9"], ["d/a", "d/A"], ["straße", "Straße"]],
    ]);
    assertEquals(foldedNames([], kept).size, 0);
  },
});
